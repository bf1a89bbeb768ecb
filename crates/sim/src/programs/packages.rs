//! `apt-get`, `apt`, `apk`, `pip`, `npm`: packages of a small catalogue (`assets/hub/paquets`),
//! without a network.

use std::time::Duration;

use super::applet::Applet;
use crate::kernel::{Errno, OpenFlags, Sys};

const DEBIAN: &str = include_str!("../../assets/hub/paquets/debian.txt");
const ALPINE: &str = include_str!("../../assets/hub/paquets/alpine.txt");
/// What `apt-get update` leaves: without it nothing is known.
const LISTS: &str = "/var/lib/apt/lists/deb.debian.org_debian_dists_bookworm_InRelease";
/// Where pip installs.
const SITE: &str = "/usr/local/lib/python3.11/site-packages";

/// A line of the catalogue.
struct Package {
    name: &'static str,
    version: &'static str,
    size: u64,
    programs: Vec<(&'static str, u64)>,
}

fn find(catalogue: &'static str, name: &str) -> Option<Package> {
    let lines = catalogue.lines().filter(|it| !it.starts_with('#'));
    for line in lines {
        let mut words = line.split_whitespace();
        if words.next() != Some(name) {
            continue;
        }
        let version = words.next()?;
        let size = words.next()?.parse().ok()?;
        let programs = words.filter_map(|it| {
            let (path, size) = it.rsplit_once(':')?;
            Some((path, size.parse().ok()?))
        });
        return Some(Package {
            name: line.split_whitespace().next()?,
            version,
            size,
            programs: programs.collect(),
        });
    }
    None
}

/// Makes the directories that lead to a file.
fn make_folders(sys: &Sys, path: &str) -> Result<(), Errno> {
    let mut at = String::new();
    let folder = path.rsplit_once('/').map_or("", |it| it.0);
    for name in folder.split('/').filter(|it| !it.is_empty()) {
        at = format!("{at}/{name}");
        match sys.mkdir(&at, 0o755) {
            Ok(()) | Err(Errno::EEXIST) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// A file of this size, which reads as zeros.
async fn make_program(sys: &Sys, path: &str, size: u64) -> Result<(), Errno> {
    make_folders(sys, path)?;
    // A link to busybox gives way to the program itself.
    if sys.lstat(path).is_ok() {
        sys.unlink(path)?;
    }
    let flags = OpenFlags {
        write: true,
        create: true,
        ..OpenFlags::default()
    };
    let fd = sys.open(path, flags, 0o755)?;
    sys.write(fd, b"\x7fELF").await?;
    sys.seek(fd, size.saturating_sub(1))?;
    let written = sys.write(fd, &[0]).await;
    sys.close(fd)?;
    written
}

async fn install(sys: &Sys, package: &Package) -> Result<(), Errno> {
    for (path, size) in &package.programs {
        make_program(sys, path, *size).await?;
    }
    let held: u64 = package.programs.iter().map(|it| it.1).sum();
    let documents = format!("/usr/share/doc/{}/files", package.name);
    make_program(sys, &documents, package.size.saturating_sub(held)).await?;
    sys.chmod(&documents, 0o644)
}

fn installed(sys: &Sys, name: &str) -> bool {
    sys.stat(&format!("/usr/share/doc/{name}/files")).is_ok()
}

/// `apt-get [-y] update | install PACKAGE… | remove PACKAGE… | clean | upgrade`
pub(super) async fn apt(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let sys = &applet.sys;
    let words: Vec<&str> = applet
        .args
        .iter()
        .map(String::as_str)
        .filter(|it| !it.starts_with('-'))
        .collect();
    let yes = applet.args.iter().any(|it| {
        it.starts_with('-') && !it.starts_with("--") && it.contains('y') || it == "--yes"
    });
    if sys.uid() != 0 {
        let text = "E: Could not open lock file /var/lib/apt/lists/lock - open (13: Permission denied)\nE: Unable to lock directory /var/lib/apt/lists/\n";
        let _ = sys.write(2, text.as_bytes()).await;
        return 100;
    }
    if applet.name == "apt" {
        let warning =
            "\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n";
        let _ = sys.write(2, warning.as_bytes()).await;
    }
    match words.split_first() {
        Some((&"update", _)) => {
            let text = "Get:1 http://deb.debian.org/debian bookworm InRelease [151 kB]\nGet:2 http://deb.debian.org/debian bookworm-updates InRelease [55.4 kB]\nGet:3 http://deb.debian.org/debian-security bookworm-security InRelease [48.0 kB]\nGet:4 http://deb.debian.org/debian bookworm/main amd64 Packages [8793 kB]\n";
            applet.print(text).await;
            sys.sleep(Duration::from_millis(300)).await;
            if make_folders(sys, LISTS).is_err() || sys.write_file(LISTS, b"bookworm\n").is_err() {
                return applet.fail("E: List directory /var/lib/apt/lists/partial is missing.").await;
            }
            applet.print("Fetched 9048 kB in 1s (9048 kB/s)\nReading package lists... Done\n").await
        }
        Some((&"install", names)) => apt_install(&applet, names, yes).await,
        Some((&("remove" | "purge" | "autoremove"), names)) => {
            applet.print("Reading package lists... Done\nBuilding dependency tree... Done\nReading state information... Done\n").await;
            for name in names {
                let Some(package) = find(DEBIAN, name).filter(|it| installed(sys, it.name)) else { continue };
                for (path, _) in &package.programs {
                    // One that is gone already is what is wanted.
                    let _ = sys.unlink(path);
                }
                let _ = sys.unlink(&format!("/usr/share/doc/{name}/files"));
                applet.print(format!("Removing {name} ({}) ...\n", package.version)).await;
            }
            0
        }
        Some((&("clean" | "autoclean"), _)) => 0,
        Some((&("upgrade" | "dist-upgrade" | "full-upgrade"), _)) => {
            applet
                .print("Reading package lists... Done\nBuilding dependency tree... Done\nReading state information... Done\nCalculating upgrade... Done\n0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n")
                .await
        }
        _ => applet.print("apt 2.6.1 (amd64)\nUsage: apt-get [options] command\n").await,
    }
}

async fn apt_install(applet: &Applet, names: &[&str], yes: bool) -> u8 {
    let sys = &applet.sys;
    applet.print("Reading package lists... Done\nBuilding dependency tree... Done\nReading state information... Done\n").await;
    let known = sys.stat(LISTS).is_ok();
    let mut wanted = Vec::new();
    for name in names {
        let bare = name.split('=').next().unwrap_or(name);
        if let Some(package) = find(DEBIAN, bare).filter(|_| known) {
            wanted.push(package);
        } else {
            let text = format!("E: Unable to locate package {bare}\n");
            let _ = sys.write(2, text.as_bytes()).await;
            return 100;
        }
    }
    let (old, new): (Vec<_>, Vec<_>) = wanted.into_iter().partition(|it| installed(sys, it.name));
    for package in &old {
        applet
            .print(format!(
                "{} is already the newest version ({}).\n",
                package.name, package.version
            ))
            .await;
    }
    if !new.is_empty() {
        let list: Vec<&str> = new.iter().map(|it| it.name).collect();
        applet
            .print(format!(
                "The following NEW packages will be installed:\n  {}\n",
                list.join(" ")
            ))
            .await;
    }
    applet
        .print(format!(
            "0 upgraded, {} newly installed, 0 to remove and 0 not upgraded.\n",
            new.len()
        ))
        .await;
    if new.is_empty() {
        return 0;
    }
    let size: u64 = new.iter().map(|it| it.size).sum();
    applet
        .print(format!("Need to get {} kB of archives.\nAfter this operation, {} kB of additional disk space will be used.\n", size / 3000, size / 1000))
        .await;
    if !yes {
        applet.print("Do you want to continue? [Y/n] ").await;
        let answer = sys.read(0, 64).await.unwrap_or_default();
        if answer.is_empty() || answer.starts_with(b"n") || answer.starts_with(b"N") {
            applet.print("Abort.\n").await;
            return 1;
        }
    }
    for (index, package) in new.iter().enumerate() {
        applet
            .print(format!(
                "Get:{} http://deb.debian.org/debian bookworm/main amd64 {} amd64 {} [{} kB]\n",
                index + 1,
                package.name,
                package.version,
                package.size / 3000
            ))
            .await;
    }
    sys.sleep(Duration::from_millis(200)).await;
    applet
        .print(format!("Fetched {} kB in 0s (12.3 MB/s)\n", size / 3000))
        .await;
    for package in &new {
        let (name, version) = (package.name, package.version);
        applet.print(format!("Selecting previously unselected package {name}.\nPreparing to unpack .../{name}_{version}_amd64.deb ...\nUnpacking {name} ({version}) ...\n")).await;
        if let Err(error) = install(sys, package).await {
            return applet
                .fail(format!("dpkg: error processing archive {name}: {error}"))
                .await;
        }
    }
    for package in &new {
        applet
            .print(format!(
                "Setting up {} ({}) ...\n",
                package.name, package.version
            ))
            .await;
    }
    0
}

/// `apk update | add PACKAGE… | del PACKAGE…`
pub(super) async fn apk(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let sys = &applet.sys;
    let words: Vec<&str> = applet
        .args
        .iter()
        .map(String::as_str)
        .filter(|it| !it.starts_with('-'))
        .collect();
    let fetch = "fetch https://dl-cdn.alpinelinux.org/alpine/v3.21/main/x86_64/APKINDEX.tar.gz\nfetch https://dl-cdn.alpinelinux.org/alpine/v3.21/community/x86_64/APKINDEX.tar.gz\n";
    match words.split_first() {
        Some((&"update", _)) => {
            applet.print(fetch).await;
            applet.print("v3.21.3-318-g3d8e6d6b6f9 [https://dl-cdn.alpinelinux.org/alpine/v3.21/main]\nv3.21.3-320-ge1a5e1a6ec7 [https://dl-cdn.alpinelinux.org/alpine/v3.21/community]\nOK: 25397 distinct packages available\n").await
        }
        Some((&"add", names)) => {
            applet.print(fetch).await;
            let mut wanted = Vec::new();
            let mut missing = String::new();
            for name in names {
                match find(ALPINE, name.split(['=', '~']).next().unwrap_or(name)) {
                    Some(package) => wanted.push(package),
                    None => missing.push_str(&format!("  {name} (no such package):\n    required by: world[{name}]\n")),
                }
            }
            if !missing.is_empty() {
                let text = format!("ERROR: unable to select packages:\n{missing}");
                let _ = sys.write(1, text.as_bytes()).await;
                return u8::try_from(names.len()).unwrap_or(1);
            }
            wanted.retain(|it| !installed(sys, it.name));
            for (index, package) in wanted.iter().enumerate() {
                applet.print(format!("({}/{}) Installing {} ({})\n", index + 1, wanted.len(), package.name, package.version)).await;
                sys.sleep(Duration::from_millis(60)).await;
                if let Err(error) = install(sys, package).await {
                    return applet.fail(format!("ERROR: {}: {error}", package.name)).await;
                }
            }
            applet.print("Executing busybox-1.37.0-r12.trigger\nOK: 12 MiB in 20 packages\n").await
        }
        Some((&"del", names)) => {
            for (index, name) in names.iter().enumerate() {
                let Some(package) = find(ALPINE, name).filter(|it| installed(sys, it.name)) else { continue };
                for (path, _) in &package.programs {
                    let _ = sys.unlink(path);
                }
                let _ = sys.unlink(&format!("/usr/share/doc/{name}/files"));
                applet.print(format!("({}/{}) Purging {name} ({})\n", index + 1, names.len(), package.version)).await;
            }
            applet.print("OK: 8 MiB in 15 packages\n").await
        }
        _ => applet.print("apk-tools 2.14.6, compiled for x86_64.\n\nusage: apk [<OPTIONS>...] COMMAND [<ARGUMENTS>...]\n").await,
    }
}

/// `pip install PACKAGE… | -r FILE`, `pip list`, `pip --version`
#[expect(clippy::too_many_lines, reason = "a table: one case after the other")]
pub(super) async fn pip(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let sys = &applet.sys;
    let args: Vec<String> = applet
        .args
        .iter()
        .skip_while(|it| matches!(it.as_str(), "-m" | "pip"))
        .cloned()
        .collect();
    match args.split_first() {
        Some((word, rest)) if word == "install" => {
            let mut wanted: Vec<String> = Vec::new();
            let mut words = rest.iter();
            while let Some(word) = words.next() {
                if word == "-r" {
                    let file = words.next().cloned().unwrap_or_default();
                    let Ok(text) = sys.read_file(&file) else {
                        let text = format!(
                            "ERROR: Could not open requirements file: [Errno 2] No such file or directory: '{file}'\n"
                        );
                        let _ = sys.write(2, text.as_bytes()).await;
                        return 1;
                    };
                    let lines = String::from_utf8_lossy(&text).into_owned();
                    wanted.extend(
                        lines
                            .lines()
                            .map(|it| it.trim().to_owned())
                            .filter(|it| !it.is_empty() && !it.starts_with('#')),
                    );
                } else if !word.starts_with('-') {
                    wanted.push(word.clone());
                }
            }
            let mut done = Vec::new();
            for requirement in wanted {
                let end = requirement
                    .find(|c: char| !(c.is_alphanumeric() || "-_.".contains(c)))
                    .unwrap_or(requirement.len());
                let (name, rest) = requirement.split_at(end);
                let version = match (rest.strip_prefix("=="), name.to_lowercase().as_str()) {
                    (Some(version), _) => version.to_owned(),
                    (None, "flask") => "3.1.0".into(),
                    (None, "redis") => "5.2.1".into(),
                    (None, "requests") => "2.32.3".into(),
                    (None, _) => "1.0.0".into(),
                };
                applet.print(format!("Collecting {requirement}\n  Downloading {name}-{version}-py3-none-any.whl (102 kB)\n")).await;
                sys.sleep(Duration::from_millis(80)).await;
                let folder = format!("{SITE}/{}-{version}.dist-info", name.replace('-', "_"));
                if make_folders(sys, &format!("{folder}/METADATA")).is_err()
                    || sys
                        .write_file(
                            &format!("{folder}/METADATA"),
                            format!("Name: {name}\nVersion: {version}\n").as_bytes(),
                        )
                        .is_err()
                {
                    return applet
                        .fail("ERROR: Could not install packages due to an OSError")
                        .await;
                }
                done.push(format!("{name}-{version}"));
            }
            applet
                .print(format!(
                    "Installing collected packages: {}\nSuccessfully installed {}\n",
                    done.iter()
                        .map(|it| it.rsplit_once('-').map_or(it.as_str(), |it| it.0))
                        .collect::<Vec<_>>()
                        .join(", "),
                    done.join(" ")
                ))
                .await;
            let warning = "WARNING: Running pip as the 'root' user can result in broken permissions and conflicting behaviour with the system package manager. It is recommended to use a virtual environment instead: https://pip.pypa.io/warnings/venv\n";
            if sys.uid() == 0 {
                let _ = sys.write(2, warning.as_bytes()).await;
            }
            0
        }
        Some((word, _)) if matches!(word.as_str(), "list" | "freeze") => {
            let mut rows = vec![
                "Package    Version".to_owned(),
                "---------- -------".to_owned(),
            ];
            for entry in sys.read_dir(SITE).unwrap_or_default() {
                if let Some((name, version)) = entry
                    .name
                    .strip_suffix(".dist-info")
                    .and_then(|it| it.rsplit_once('-'))
                {
                    rows.push(format!("{name:<10} {version}"));
                }
            }
            applet.print(rows.join("\n") + "\n").await
        }
        _ => {
            applet
                .print("pip 24.0 from /usr/local/lib/python3.11/site-packages/pip (python 3.11)\n")
                .await
        }
    }
}

/// `npm install [PACKAGE…]`, `npm ci`, `npm start`, `npm run NAME`, `npm init -y`, `npm --version`
pub(super) async fn npm(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let sys = &applet.sys;
    let words: Vec<&str> = applet
        .args
        .iter()
        .map(String::as_str)
        .filter(|it| !it.starts_with('-'))
        .collect();
    let manifest = sys.read_file("package.json").ok();
    let mut document: serde_json::Value = manifest.as_ref().map_or_else(
        || serde_json::json!({}),
        |it| serde_json::from_slice(it).unwrap_or_default(),
    );
    match words.split_first() {
        Some((&("install" | "i" | "ci" | "add"), names)) => {
            for name in names {
                let (name, version) = name.split_once('@').unwrap_or((name, "^1.0.0"));
                document["dependencies"][name] = serde_json::json!(version);
            }
            let wanted: Vec<String> = document["dependencies"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|it| it.0.clone())
                .collect();
            for name in &wanted {
                let path = format!(
                    "{}/node_modules/{name}/package.json",
                    sys.cwd().trim_end_matches('/')
                );
                let text = format!("{{\"name\":\"{name}\"}}\n");
                if let Err(error) =
                    make_folders(sys, &path).and_then(|()| sys.write_file(&path, text.as_bytes()))
                {
                    return applet.fail(format!("npm error code {}", error.name)).await;
                }
            }
            if !names.is_empty() {
                let text = serde_json::to_string_pretty(&document).unwrap_or_default();
                let _ = sys.write_file("package.json", (text + "\n").as_bytes());
            }
            sys.sleep(Duration::from_millis(300)).await;
            // express alone brings some sixty others.
            let count = wanted.len()
                + if wanted.iter().any(|it| it == "express") {
                    66
                } else {
                    0
                };
            let head = if count == 0 {
                "up to date".to_owned()
            } else {
                format!("added {count} packages")
            };
            applet
                .print(format!(
                    "\n{head}, and audited {} packages in 1s\n\nfound 0 vulnerabilities\n",
                    count + 1
                ))
                .await
        }
        Some((&"start", _)) => npm_run(&applet, &document, "start").await,
        Some((&"test", _)) => npm_run(&applet, &document, "test").await,
        Some((&("run" | "run-script"), [name, ..])) => npm_run(&applet, &document, name).await,
        Some((&"init", _)) => {
            let name = sys.cwd().rsplit('/').next().unwrap_or("app").to_owned();
            let text = format!(
                "{{\n  \"name\": \"{name}\",\n  \"version\": \"1.0.0\",\n  \"main\": \"index.js\",\n  \"scripts\": {{\n    \"test\": \"echo \\\"Error: no test specified\\\" && exit 1\"\n  }},\n  \"license\": \"ISC\"\n}}\n"
            );
            let _ = sys.write_file("package.json", text.as_bytes());
            applet
                .print(format!("Wrote to {}/package.json:\n\n{text}\n", sys.cwd()))
                .await
        }
        _ => applet.print("10.8.2\n").await,
    }
}

async fn npm_run(applet: &Applet, document: &serde_json::Value, name: &str) -> u8 {
    let sys = &applet.sys;
    let script = document["scripts"][name].as_str().map(str::to_owned);
    let script = match script {
        Some(script) => script,
        None if name == "start" && sys.stat("server.js").is_ok() => "node server.js".to_owned(),
        None => {
            let text = format!(
                "npm error Missing script: \"{name}\"\nnpm error\nnpm error To see a list of scripts, run:\nnpm error   npm run\n"
            );
            let _ = sys.write(2, text.as_bytes()).await;
            return 1;
        }
    };
    let package = format!(
        "{}@{}",
        document["name"].as_str().unwrap_or("app"),
        document["version"].as_str().unwrap_or("1.0.0")
    );
    applet
        .print(format!("\n> {package} {name}\n> {script}\n\n"))
        .await;
    let argv = vec!["sh".to_owned(), "-c".to_owned(), script];
    match sys.find_program("sh") {
        Ok(path) => sys.exec(&path, argv, sys.env()).await.unwrap_or(126),
        Err(_) => 127,
    }
}
