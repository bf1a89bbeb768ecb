//! Calls drawn by lot: those of a learner who mixes up what is theirs and what is not, spelled in
//! all the ways that the API allows.

use serde_json::{Value, json};

/// A source of calls; the same seed gives the same ones.
pub(super) struct Draw(u64);

/// A call: method, address, body.
type Call = (&'static str, String, Option<Value>);

impl Draw {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below this one (xorshift).
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn one<'a>(&mut self, among: &[&'a str]) -> &'a str {
        let rank = self.below(among.len() as u64);
        among[usize::try_from(rank).unwrap()]
    }

    /// A container's name: ours or not, there or not.
    fn container(&mut self) -> String {
        if self.below(2) == 0 {
            format!("autrui-c{}", self.below(7))
        } else {
            format!("moi-c{}", self.below(6))
        }
    }

    fn named(&mut self, letter: &str, of_others: u64) -> String {
        if self.below(2) == 0 {
            format!("autrui-{letter}{}", self.below(of_others))
        } else {
            format!("moi-{letter}{}", self.below(4))
        }
    }

    fn image(&mut self) -> String {
        match self.below(6) {
            0 => "busybox:latest".to_owned(),
            1 => "busybox".to_owned(),
            2 | 3 => format!("autrui-i{}:1", self.below(4)),
            _ => format!("moi-i{}:1", self.below(4)),
        }
    }

    /// A path as it is, with a version, or with a letter encoded.
    fn spelled(&mut self, path: String) -> String {
        match self.below(5) {
            0 => path,
            1 => format!("/v1.40{path}"),
            2 => format!("/v1.41{}", path.replacen("/c", "/%63", 1)),
            _ => format!("/v1.41{path}"),
        }
    }

    pub(super) fn call(&mut self, rank: u64) -> Call {
        let (method, path, body) = match self.below(100) {
            0..=14 => self.created(rank),
            15..=44 => self.on_container(),
            45..=52 => self.exec(),
            53..=62 => self.on_image(),
            63..=72 => self.on_network(),
            73..=82 => self.on_volume(),
            83..=89 => self.prune(),
            90..=94 => self.odd(),
            _ => self.wide(),
        };
        let path = self.spelled(path);
        (method, path, body)
    }

    fn created(&mut self, rank: u64) -> Call {
        let host = match self.below(9) {
            0 => json!({"Privileged": true}),
            1 => json!({"Binds": ["/etc:/e"]}),
            2 => json!({"PidMode": format!("container:{}", self.container())}),
            3 => json!({"VolumesFrom": [self.container()]}),
            4 => json!({"NetworkMode": self.named("r", 4)}),
            5 => json!({"Binds": [format!("{}:/d", self.named("v", 4))]}),
            _ => json!({}),
        };
        let image = if self.below(3) == 0 {
            self.image()
        } else {
            "busybox:latest".to_owned()
        };
        let body = json!({
            "Image": image, "Cmd": ["sh", "-c", "echo bonjour > /fichier; sleep 100000"],
            "Volumes": if rank.is_multiple_of(4) { json!({"/anonyme": {}}) } else { json!({}) },
            "HostConfig": host,
        });
        (
            "POST",
            format!("/containers/create?name={}", self.container()),
            Some(body),
        )
    }

    fn on_container(&mut self) -> Call {
        let name = self.container();
        match self.below(12) {
            0 => ("DELETE", format!("/containers/{name}?force=1"), None),
            1 => ("DELETE", format!("/containers/{name}?v=1"), None),
            2 => (
                "POST",
                format!("/containers/{name}/update"),
                Some(json!({"Memory": 67_108_864, "MemorySwap": 134_217_728})),
            ),
            3 => {
                let other = self.container();
                (
                    "POST",
                    format!("/containers/{name}/rename?name={other}"),
                    None,
                )
            }
            4 => (
                "PUT",
                format!("/containers/{name}/archive?path=%2F"),
                Some(json!("pas une archive")),
            ),
            5 => (
                "POST",
                format!("/commit?container={name}&repo=moi-i{}&tag=1", self.below(4)),
                Some(json!({})),
            ),
            6 => ("POST", format!("/containers/{name}/kill"), None),
            7 => ("POST", format!("/containers/{name}/stop?t=0"), None),
            8 => ("POST", format!("/containers/{name}/restart?t=0"), None),
            _ => {
                let verb = self.one(&["start", "start", "pause", "unpause"]);
                ("POST", format!("/containers/{name}/{verb}"), None)
            }
        }
    }

    fn exec(&mut self) -> Call {
        let body = json!({"Cmd": ["touch", "/trace"], "Privileged": self.below(4) == 0});
        (
            "POST",
            format!("/containers/{}/exec", self.container()),
            Some(body),
        )
    }

    fn on_image(&mut self) -> Call {
        let image = self.image();
        match self.below(5) {
            0 => ("DELETE", format!("/images/{image}?force=1"), None),
            1 => ("DELETE", format!("/images/{image}"), None),
            2 => {
                let other = self.image();
                let name = other.split(':').next().unwrap_or_default();
                (
                    "POST",
                    format!("/images/{image}/tag?repo={name}&tag=1"),
                    None,
                )
            }
            3 => (
                "POST",
                format!(
                    "/commit?container={}&repo=autrui-i0&tag=1",
                    self.container()
                ),
                Some(json!({})),
            ),
            _ => {
                let from = self.below(4);
                (
                    "POST",
                    format!("/images/{image}/tag?repo=moi-i{from}&tag=1"),
                    None,
                )
            }
        }
    }

    fn on_network(&mut self) -> Call {
        let name = self.named("r", 4);
        match self.below(4) {
            0 => ("DELETE", format!("/networks/{name}"), None),
            1 => (
                "POST",
                "/networks/create".to_owned(),
                Some(json!({"Name": name})),
            ),
            2 => (
                "POST",
                format!("/networks/{name}/connect"),
                Some(json!({"Container": self.container()})),
            ),
            _ => {
                let body = json!({"container": self.container(), "Force": self.below(2) == 0});
                ("POST", format!("/networks/{name}/disconnect"), Some(body))
            }
        }
    }

    fn on_volume(&mut self) -> Call {
        let name = self.named("v", 4);
        match self.below(3) {
            0 => ("DELETE", format!("/volumes/{name}"), None),
            1 => ("DELETE", format!("/volumes/{name}?force=1"), None),
            _ => (
                "POST",
                "/volumes/create".to_owned(),
                Some(json!({"Name": name})),
            ),
        }
    }

    fn prune(&mut self) -> Call {
        let kind = self.one(&["containers", "images", "networks", "volumes", "build"]);
        let filters = match self.below(3) {
            0 => "?filters=%7B%22dangling%22%3A%5B%22false%22%5D%7D",
            1 => "?filters=%7B%22dangling%22%3A%7B%22false%22%3Atrue%7D%7D",
            _ => "",
        };
        let filters = if kind == "images" { filters } else { "" };
        ("POST", format!("/{kind}/prune{filters}"), None)
    }

    /// What tries to be read in another way than it is obeyed.
    fn odd(&mut self) -> Call {
        let name = format!("autrui-c{}", self.below(7));
        match self.below(8) {
            0 => ("POST", format!("/containers//{name}/stop"), None),
            1 => ("POST", format!("/containers/%2F{name}/kill"), None),
            2 => ("POST", format!("/images/../containers/{name}/kill"), None),
            3 => ("DELETE", format!("/containers%2F{name}?force=1"), None),
            4 => ("POST", format!("/containers/{name}/explode"), None),
            5 => {
                let body = json!({"Image": "busybox:latest", "hostconfig": {"privileged": true}});
                (
                    "POST",
                    "/containers/create?name=moi-c9".to_owned(),
                    Some(body),
                )
            }
            6 => ("post", format!("/containers/{name}/kill"), None),
            _ => (
                "DELETE",
                format!("/containers/{name}?force=0;force=1"),
                None,
            ),
        }
    }

    /// What concerns the whole engine.
    fn wide(&mut self) -> Call {
        match self.below(4) {
            0 => ("POST", "/swarm/leave?force=1".to_owned(), None),
            1 => ("POST", "/swarm/join".to_owned(), Some(json!({}))),
            2 => (
                "POST",
                "/plugins/pull?remote=autrui".to_owned(),
                Some(json!([])),
            ),
            _ => ("GET", "/containers/json?all=1".to_owned(), None),
        }
    }
}
