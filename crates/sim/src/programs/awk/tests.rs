use super::super::tests::sh;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn computes_as_the_image_does() {
    // The busybox of Debian is built without these.
    let ran = sh(
        "awk 'BEGIN { print 2^10, 2**3, 2^3^2, -2^2, sqrt(16), int(-3.7), exp(0), sin(0) }'; \
         awk 'BEGIN { x = 3; x ^= 2; print x; print rand() == rand(); print srand(5), srand() }'",
    )
    .await;
    assert_eq!(ran.stdout, "1024 8 512 -4 4 -3 1 0\n9\n0\n1 5\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keeps_within_bounds() {
    for script in [
        "awk 'function f(n) { return f(n + 1) } BEGIN { f(1) }'",
        "awk 'BEGIN { s = \"x\"; while (1) s = s s }'",
        "awk 'BEGIN { while (1) a[i++] }'",
        "awk \"BEGIN { print $(yes '(' | head -n 3000 | tr -d '\\n') }\"",
        "awk \"BEGIN { print $(yes '1 +' | head -n 3000 | tr -d '\\n') 1 }\"",
        "awk \"BEGIN { print $(yes '!' | head -n 3000 | tr -d '\\n') 1 }\"",
    ] {
        let ran = sh(script).await;
        assert_eq!(ran.code, 1, "{script}: {ran:?}");
        assert!(ran.stderr.starts_with("awk: "), "{script}: {ran:?}");
    }
    let ran = sh("timeout 1 awk 'BEGIN { while (1) i++ }'; echo $?").await;
    assert_eq!(ran.stdout, "143\n");
}
