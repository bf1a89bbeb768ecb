//! `mysqldump`.

use super::client::{Reply, connect, options, query, say};
use crate::kernel::Sys;

/// `mysqldump [-u USER] [-pPASSWORD] [-h HOST] DATABASE [TABLE…]`
pub(in super::super) async fn dump(sys: Sys) -> u8 {
    let options = options(&sys, "mysqldump").await;
    let Some((database, tables)) = options.operands.split_first() else {
        say(&sys, 1, "Usage: mysqldump [OPTIONS] database [tables]\n").await;
        return 1;
    };
    let mut channel = match connect(&sys, &options, Some(database)).await {
        Ok(channel) => channel,
        Err(problem) => {
            let text = problem
                .replace("ERROR ", "Got error: ")
                .replace("(HY000)", "")
                .replace("(28000)", "");
            say(
                &sys,
                2,
                &format!("mysqldump: {text} when trying to connect\n"),
            )
            .await;
            return 2;
        }
    };
    let version = super::version(&sys);
    let mut text = format!(
        "-- MySQL dump 10.13  Distrib {version}, for Linux (x86_64)\n--\n-- Host: localhost    Database: {database}\n-- ------------------------------------------------------\n-- Server version\t{version}\n\n"
    );
    if options.databases {
        text.push_str(&format!(
            "CREATE DATABASE IF NOT EXISTS `{database}`;\n\nUSE `{database}`;\n\n"
        ));
    }
    let mut wanted = tables.to_vec();
    if wanted.is_empty()
        && let Reply::Rows(_, rows) = query(&mut channel, "SHOW TABLES").await
    {
        wanted = rows.into_iter().flatten().flatten().collect();
    }
    for table in wanted {
        let Reply::Rows(_, rows) =
            query(&mut channel, &format!("SHOW CREATE TABLE `{table}`")).await
        else {
            say(
                &sys,
                2,
                &format!("mysqldump: Couldn't find table: \"{table}\"\n"),
            )
            .await;
            return 6;
        };
        let made = rows
            .into_iter()
            .flatten()
            .flatten()
            .nth(1)
            .unwrap_or_default();
        text.push_str(&format!("--\n-- Table structure for table `{table}`\n--\n\nDROP TABLE IF EXISTS `{table}`;\n{made};\n\n--\n-- Dumping data for table `{table}`\n--\n\n"));
        if let Reply::Rows(names, rows) =
            query(&mut channel, &format!("SELECT * FROM `{table}`")).await
            && !rows.is_empty()
        {
            let quoted = |(at, value): (usize, &Option<String>)| match value {
                None => "NULL".to_owned(),
                Some(text) if names[at].1 => text.clone(),
                Some(text) => format!(
                    "'{}'",
                    text.replace('\\', "\\\\")
                        .replace('\'', "\\'")
                        .replace('\n', "\\n")
                ),
            };
            let rows: Vec<String> = rows
                .iter()
                .map(|row| {
                    format!(
                        "({})",
                        row.iter()
                            .enumerate()
                            .map(quoted)
                            .collect::<Vec<_>>()
                            .join(",")
                    )
                })
                .collect();
            text.push_str(&format!(
                "INSERT INTO `{table}` VALUES {};\n\n",
                rows.join(",")
            ));
        }
    }
    text.push_str(&format!(
        "-- Dump completed on {}\n",
        super::super::date::format(sys.now(), "%Y-%m-%d %H:%M:%S")
    ));
    say(&sys, 1, &text).await;
    0
}
