//! How a container can reach another, deduced from the networks they share.

use super::{Attachment, Member, Quality, Stack, Topology};

/// How one reaches another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// The same network stack: `localhost`.
    Same,
    /// A network that both are on.
    Network {
        /// Its name.
        network: String,
        /// The other's address on it.
        address: String,
        /// The other's names on it.
        names: Vec<String>,
    },
    /// From the machine's own stack to a bridge of that machine, by address.
    FromHost {
        /// The network.
        network: String,
        /// The other's address on it.
        address: String,
    },
    /// To a container that has the machine's stack: through the gateway.
    Gateway {
        /// The gateway's address, as the caller has it.
        address: String,
    },
    /// Through a port that the machine publishes for the other.
    Published {
        /// An address of the machine, as the caller has it.
        address: String,
        /// The port of the machine.
        port: u16,
    },
}

/// Why one cannot reach another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barrier {
    /// The caller does not run, or is frozen.
    CallerAsleep,
    /// The other does not run, or is frozen.
    OtherAsleep,
    /// The caller has no network.
    CallerAlone,
    /// The other has no network.
    OtherAlone,
    /// They share a network that forbids it (`enable_icc=false`).
    Forbidden,
    /// They share none.
    NoCommon,
}

/// What the documents say of a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// These ways, the best first (never empty).
    Ways(Vec<Way>),
    /// None, and why.
    Closed(Barrier),
}

impl Way {
    /// What the caller types: a name when there is one, else an address.
    pub fn host(&self) -> &str {
        match self {
            Self::Same => "localhost",
            Self::Network { address, names, .. } => names.first().unwrap_or(address),
            Self::FromHost { address, .. }
            | Self::Gateway { address }
            | Self::Published { address, .. } => address,
        }
    }

    /// The same, as an address.
    pub fn address(&self) -> &str {
        match self {
            Self::Same => "127.0.0.1",
            Self::Network { address, .. }
            | Self::FromHost { address, .. }
            | Self::Gateway { address }
            | Self::Published { address, .. } => address,
        }
    }
}

impl Topology {
    /// How a container can reach another.
    pub fn route(&self, from: &Member, to: &Member) -> Route {
        let closed = Route::Closed;
        if !from.is_awake() {
            return closed(Barrier::CallerAsleep);
        }
        if !to.is_awake() {
            return closed(Barrier::OtherAsleep);
        }
        let (Some(caller), Some(other)) = (self.owner(from), self.owner(to)) else {
            // The stack that they borrowed went with its container.
            return closed(Barrier::NoCommon);
        };
        let shared_host = caller.stack == Stack::Host && other.stack == Stack::Host;
        if caller.id == other.id || shared_host {
            return Route::Ways(vec![Way::Same]);
        }
        let (ways, barrier) = match (&caller.stack, &other.stack) {
            (Stack::Alone, _) => return closed(Barrier::CallerAlone),
            (_, Stack::Alone) => return closed(Barrier::OtherAlone),
            (Stack::Host, Stack::Own(theirs)) => (self.host_ways(theirs), Barrier::NoCommon),
            (Stack::Own(ours), Stack::Host) => {
                let ways = self.gateway(ours).map(|address| Way::Gateway { address });
                (ways.into_iter().collect(), Barrier::NoCommon)
            }
            (Stack::Own(ours), Stack::Own(theirs)) => {
                let (mut ways, forbidden) = self.shared(ours, theirs);
                if ways.is_empty() {
                    ways.extend(self.published(ours, other));
                }
                let barrier = if forbidden {
                    Barrier::Forbidden
                } else {
                    Barrier::NoCommon
                };
                (ways, barrier)
            }
            // An owner borrows no stack, and two hosts were seen above.
            (Stack::Of(_), _) | (_, Stack::Of(_)) | (Stack::Host, Stack::Host) => {
                (Vec::new(), Barrier::NoCommon)
            }
        };
        if ways.is_empty() {
            closed(barrier)
        } else {
            Route::Ways(ways)
        }
    }

    /// The networks that both are on; and whether one of them forbids it.
    fn shared(&self, ours: &[Attachment], theirs: &[Attachment]) -> (Vec<Way>, bool) {
        let mut forbidden = false;
        let mut ways = Vec::new();
        for place in theirs {
            if !ours.iter().any(|it| it.network == place.network) {
                continue;
            }
            if self
                .net(&place.network)
                .is_some_and(|it| it.is(Quality::Mute))
            {
                forbidden = true;
                continue;
            }
            let address = place.address.clone().or_else(|| place.address6.clone());
            if let Some(address) = address {
                ways.push(Way::Network {
                    network: place.network.clone(),
                    address,
                    names: place.names.clone(),
                });
            }
        }
        // A network that gives names is the better one.
        ways.sort_by_key(|way| !matches!(way, Way::Network { names, .. } if !names.is_empty()));
        (ways, forbidden)
    }

    /// The machine has an address on each of its bridges, and none on an overlay.
    fn host_ways(&self, theirs: &[Attachment]) -> Vec<Way> {
        let places = theirs.iter().filter(|place| {
            let net = self.net(&place.network);
            net.is_none_or(|it| it.driver == "bridge")
        });
        places
            .filter_map(|place| {
                Some(Way::FromHost {
                    network: place.network.clone(),
                    address: place.address.clone()?,
                })
            })
            .collect()
    }

    /// An address of the machine that leads outside from there.
    fn gateway(&self, ours: &[Attachment]) -> Option<String> {
        let outside = ours.iter().find(|place| {
            let net = self.net(&place.network);
            net.is_none_or(|it| !it.is(Quality::Internal) && it.driver == "bridge")
        })?;
        outside.gateway.clone()
    }

    /// The ports of the machine that lead to it, for a caller that can leave its own network.
    fn published(&self, ours: &[Attachment], other: &Member) -> Option<Way> {
        let address = self.gateway(ours)?;
        let mut bindings = other
            .ports
            .iter()
            .filter(|it| it.protocol == "tcp")
            .flat_map(|it| &it.published);
        // A port published on the loopback is the machine's alone.
        let (_, port) = bindings.find(|(ip, _)| matches!(ip.as_str(), "" | "0.0.0.0" | "::"))?;
        Some(Way::Published {
            address,
            port: *port,
        })
    }
}
