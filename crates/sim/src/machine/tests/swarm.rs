//! Swarm mode as a learner types it, with the machine's own docker command.

use super::{machine, printed};

/// Initialises a cluster and makes a service, quietly.
const UP: &str = "docker swarm init --advertise-addr 127.0.0.1 >/dev/null; docker network create -d overlay ponts >/dev/null; docker service create -q --name vigie --replicas 3 --network ponts -p 8080:80 --update-monitor 100ms --rollback-monitor 100ms --stop-grace-period 0s --hostname '{{.Service.Name}}-{{.Task.Slot}}' busybox:1.37 sh -c 'mkdir /w; hostname > /w/index.html; httpd -f -h /w' >/dev/null; docker service ls --format '{{.Name}} {{.Mode}} {{.Replicas}} {{.Ports}}'";

#[tokio::test(flavor = "multi_thread")]
async fn the_mesh_and_the_names_lead_to_every_task() {
    let machine = machine();
    let text = printed(&machine, UP).await;
    assert_eq!(text, "vigie replicated 3/3 *:8080->80/tcp\n");
    let calls = "for i in 1 2 3; do wget -q -O - http://127.0.0.1:8080/; done | sort";
    assert_eq!(
        printed(&machine, calls).await,
        "vigie-1\nvigie-2\nvigie-3\n"
    );
    let inside = "docker exec $(docker ps -q --filter name=vigie.2) sh -c 'for i in 1 2 3; do wget -q -O - http://vigie/; done | sort; nslookup tasks.vigie | grep -c Address'";
    let text = printed(&machine, inside).await;
    assert_eq!(text, "vigie-1\nvigie-2\nvigie-3\n4\n");
    let text = printed(&machine, "docker run --rm -p 8080:80 busybox:1.37 true").await;
    assert!(text.contains("address already in use"), "{text}");
    let text = printed(&machine, "docker swarm leave -f; docker ps -aq").await;
    assert_eq!(text, "Node left the swarm.\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_brings_files_and_can_be_taken_back() {
    let machine = machine();
    printed(&machine, UP).await;
    let update = "echo chut | docker secret create mot - >/dev/null; echo cap | docker config create route - >/dev/null; docker service update -q --update-order start-first --update-parallelism 0 --env-add CAP=nord --secret-add mot --config-add source=route,target=/etc/route vigie; docker exec $(docker ps -q --filter name=vigie.1.) sh -c 'cat /run/secrets/mot /etc/route; echo $CAP'";
    assert_eq!(printed(&machine, update).await, "vigie\nchut\ncap\nnord\n");
    let text = printed(&machine, "docker secret rm mot").await;
    assert!(
        text.contains("in use by the following service: vigie"),
        "{text}"
    );
    let back = "docker service rollback -q vigie; sleep 1; docker service inspect vigie -f '{{.UpdateStatus.State}} {{json .Spec.TaskTemplate.ContainerSpec.Env}}'; docker service ps vigie --format '{{.Name}} {{.DesiredState}}' | sort | uniq -c | sed 's/^ *//'";
    let text = printed(&machine, back).await;
    let expected = "vigie\nrollback_completed null\n1 vigie.1 Running\n2 vigie.1 Shutdown\n1 vigie.2 Running\n2 vigie.2 Shutdown\n1 vigie.3 Running\n2 vigie.3 Shutdown\n";
    assert_eq!(text, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_container_is_replaced_and_told_of() {
    let machine = machine();
    printed(&machine, UP).await;
    let text = printed(&machine, "docker service update -d --restart-delay 100ms vigie; docker service scale -d vigie=1; sleep 2; docker rm -f $(docker ps -q) >/dev/null; sleep 8; docker service ps vigie --format '{{.DesiredState}} {{.Error}}'").await;
    let lines: Vec<&str> = text.lines().skip(2).collect();
    assert_eq!(lines.first(), Some(&"Running "), "{text}");
    assert!(
        lines.contains(&"Shutdown \"task: non-zero exit (137)\""),
        "{text}"
    );
    let text = printed(&machine, "docker service create -d --name loin --constraint node.labels.quai==nord busybox:1.37 sleep 9 >/dev/null; sleep 1; docker service ps loin --no-trunc --format '{{.CurrentState}} {{.Error}}' | sed 's/ [0-9].*ago//; s/ less.*ago//'").await;
    assert_eq!(
        text,
        "Pending \"no suitable node (scheduling constraints not satisfied on 1 node)\"\n"
    );
}
