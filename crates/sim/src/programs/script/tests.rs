use super::super::tests::{boot, collect, exec_in, put, sh, spec};
use crate::kernel::Signal;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn node_runs_javascript() {
    for (source, expected) in [
        ("console.log(1 + 2 * 3, 'a' + 1, 7 / 2)", "7 a1 3.5\n"),
        (
            "const {a, b = 2, ...c} = {a: 1}; console.log(a, b)",
            "1 2\n",
        ),
        (
            "const f = (x, ...r) => `${x}:${r.length}`; console.log(f(1, 2, 3))",
            "1:2\n",
        ),
        (
            "console.log([3,1,2].sort().map(x => x * 2).filter(x => x > 2).join('-'))",
            "4-6\n",
        ),
        (
            "class A { n = 1; constructor(x) { this.x = x } up() { return ++this.x } } class B extends A { up() { return super.up() + this.n } } console.log(new B(4).up())",
            "6\n",
        ),
        (
            "try { null.x } catch (e) { console.log(e.message) } finally { console.log('f') }",
            "Cannot read properties of null (reading 'x')\nf\n",
        ),
        (
            "for (let i = 0; i < 3; i++) { if (i === 1) continue; console.log(i) }",
            "0\n2\n",
        ),
        (
            "console.log({a: [1, 'x'], b: {}}, [], typeof zut)",
            "{ a: [ 1, 'x' ], b: {} } [] undefined\n",
        ),
        (
            "console.log(JSON.stringify({a: 1, b: [true, null]}), JSON.parse('{\"x\":2}').x)",
            "{\"a\":1,\"b\":[true,null]} 2\n",
        ),
        (
            "async function f(n) { await null; console.log('in', n); return n } f(1); f(2).then(x => console.log('then', x)); console.log('out')",
            "out\nin 1\nin 2\nthen 2\n",
        ),
        (
            "setTimeout(() => console.log('b'), 20); setTimeout(() => console.log('a'), 5); let n = 0; const t = setInterval(() => { if (++n == 2) clearInterval(t) }, 1)",
            "a\nb\n",
        ),
        (
            "function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) } console.log(fib(10))",
            "55\n",
        ),
        (
            "function f() { return f() } try { f() } catch (e) { console.log(e.name) }",
            "RangeError\n",
        ),
        (
            "console.log(process.env.HOME, require('path').join('/a', '../b'))",
            "/root /b\n",
        ),
    ] {
        let ran = sh(&format!("node -e '{}'", source.replace('\'', "'\\''"))).await;
        assert_eq!(
            (ran.stdout.as_str(), ran.code),
            (expected, 0),
            "{source}\n{ran:#?}"
        );
    }
    let ran = sh("node -e 'let x = /a/'; node -e 'zut'; node -e 'let = ;'; node -p '1+1'; node --version; node absent.js; echo $?").await;
    assert_eq!(ran.stdout, "2\nv20.19.1\n1\n");
    for part in [
        "node: non simulé\u{a0}: les expressions rationnelles",
        "ReferenceError: zut is not defined",
        "SyntaxError: ",
        "Cannot find module '/work/absent.js'",
    ] {
        assert!(ran.stderr.contains(part), "{part}: {ran:#?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn python_runs() {
    for (source, expected) in [
        (
            "import sys\nprint('no', file=sys.stderr)\nprint('a', 'b', sep='-', file=sys.stdout)\nwith open('/tmp/f', 'w') as f:\n    print('c', file=f)\nprint(open('/tmp/f').read(), end='')",
            "a-b\nc\n",
        ),
        (
            "print(1 + 2 * 3, 7 / 2, 7 // 2, 2 ** 10, -7 % 3)",
            "7 3.5 3 1024 2\n",
        ),
        (
            "x = [n * n for n in range(5) if n % 2]\nprint(x, x[-1], x[:1], len(x))",
            "[1, 9] 9 [1] 2\n",
        ),
        (
            "def f(a, b=2, *c, **d):\n    return a + b + len(c) + len(d)\nprint(f(1), f(1, 3, 4, k=5))",
            "3 6\n",
        ),
        (
            "class A:\n    def __init__(self, n):\n        self.n = n\n    def __str__(self):\n        return f'<{self.n:03d}>'\nclass B(A):\n    def __init__(self):\n        super().__init__(7)\nprint(B())",
            "<007>\n",
        ),
        (
            "try:\n    {}['k']\nexcept KeyError as e:\n    print('no', e)\nelse:\n    print('else')\nfinally:\n    print('end')",
            "no 'k'\nend\n",
        ),
        (
            "i = 0\nwhile True:\n    i += 1\n    if i == 2:\n        continue\n    if i > 3:\n        break\n    print(i, end=' ')\nprint()",
            "1 3 \n",
        ),
        (
            "d = {'a': 1, 'b': [True, None]}\nfor k, v in d.items():\n    print(k, v)\nprint(d)",
            "a 1\nb [True, None]\n{'a': 1, 'b': [True, None]}\n",
        ),
        (
            "import json, os\nprint(json.dumps({'a': [1, 2]}), os.environ.get('NO', 'x'), os.environ['HOME'])",
            "{\"a\": [1, 2]} x /root\n",
        ),
        (
            "with open('/tmp/f', 'w') as f:\n    f.write('one\\ntwo\\n')\nfor line in open('/tmp/f').readlines():\n    print(line.strip().upper())",
            "ONE\nTWO\n",
        ),
        (
            "print(f'{3.14159:.2f} {\"x\":>3}|', '%s-%d' % ('a', 5), sorted([3, 1, 2], reverse=True))",
            "3.14   x| a-5 [3, 2, 1]\n",
        ),
        (
            "n = 0\ndef up():\n    global n\n    n += 1\nup(); up()\nprint(n)",
            "2\n",
        ),
    ] {
        let ran = sh(&format!("python3 -c '{}'", source.replace('\'', "'\\''"))).await;
        assert_eq!(
            (ran.stdout.as_str(), ran.code),
            (expected, 0),
            "{source}\n{ran:#?}"
        );
    }
    let ran = sh("python3 -c 'print(zut)'; python3 -c 'import absent'; python3 -c 'if x'; python3 -c '{1, 2}'; python3 --version; python3 -c 'exit(3)'; echo $?").await;
    assert_eq!(ran.stdout, "Python 3.11.12\n3\n");
    for part in [
        "NameError: name 'zut' is not defined",
        "ModuleNotFoundError: No module named 'absent'",
        "SyntaxError: expected ':'",
        "non simulé\u{a0}: les ensembles",
    ] {
        assert!(ran.stderr.contains(part), "{part}: {ran:#?}");
    }
}

const NODE: &str = "const http = require('http');
const port = process.env.PORT || 3000;
let n = 0;
const server = http.createServer((req, res) => {
  if (req.url === '/json') {
    res.writeHead(200, { 'Content-Type': 'application/json' });
    return res.end(JSON.stringify({ n: ++n }));
  }
  res.statusCode = 404;
  res.end('rien ici\\n');
});
server.listen(port, () => console.log(`écoute sur ${port}`));
process.on('SIGTERM', () => { console.log('au revoir'); process.exit(0); });
";

const EXPRESS: &str = "const express = require('express');
const app = express();
app.use(express.json());
app.get('/notes/:id', async (req, res) => { res.json({ id: req.params.id, q: req.query.q }); });
app.post('/notes', (req, res) => res.status(201).send(`noté ${req.body.texte}`));
app.listen(8080);
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn node_serves() {
    let kernel = boot();
    let server = spec(&["node", "server.js"]);
    put(&server.root, "/work/server.js", NODE);
    let started = kernel.start_container(server).unwrap();
    let pid = started.pid;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let ran = exec_in(&kernel, pid, "curl -s localhost:3000/json; curl -s localhost:3000/json; curl -si localhost:3000/ | head -n 1; curl -s localhost:3000/", "/").await;
    assert_eq!(
        ran.stdout, "{\"n\":1}{\"n\":2}HTTP/1.1 404 Not Found\r\nrien ici\n",
        "{ran:#?}"
    );
    kernel.kill(pid, Signal::TERM).unwrap();
    let ended = collect(started).await;
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (0, "écoute sur 3000\nau revoir\n"),
        "{ended:#?}"
    );

    let server = spec(&[
        "sh",
        "-c",
        "node app.js; npm init -y > /dev/null; npm install express && exec node app.js",
    ]);
    put(&server.root, "/work/app.js", EXPRESS);
    let started = kernel.start_container(server).unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    let ran = exec_in(&kernel, started.pid, "curl -s 'localhost:8080/notes/7?q=a'; echo; curl -s -X POST -H 'Content-Type: application/json' -d '{\"texte\":\"x\"}' localhost:8080/notes; echo; curl -s localhost:8080/zut | grep Cannot", "/").await;
    assert_eq!(
        ran.stdout, "{\"id\":\"7\",\"q\":\"a\"}\nnoté x\n<pre>Cannot GET /zut</pre>\n",
        "{ran:#?}"
    );
    kernel.kill(started.pid, Signal::KILL).unwrap();
    let ended = collect(started).await;
    assert!(
        ended.stderr.contains("Cannot find module 'express'"),
        "{ended:#?}"
    );
}

const HANDLER: &str = "from http.server import BaseHTTPRequestHandler, HTTPServer
import os

class Handler(BaseHTTPRequestHandler):
    count = 0
    def do_GET(self):
        Handler.count += 1
        self.send_response(200)
        self.send_header('Content-Type', 'text/plain; charset=utf-8')
        self.end_headers()
        self.wfile.write(f'{self.path} {Handler.count}\\n'.encode())

if __name__ == '__main__':
    port = int(os.environ.get('PORT', '8000'))
    print('Serveur sur', port, flush=True)
    HTTPServer(('0.0.0.0', port), Handler).serve_forever()
";

const FLASK: &str = "from flask import Flask, request, jsonify
import redis

app = Flask(__name__)
cache = redis.Redis(host='localhost', port=6379)

@app.route('/')
def hello():
    return 'Vu {} fois.\\n'.format(cache.incr('hits'))

@app.route('/add/<int:a>/<int:b>')
def add(a, b):
    return jsonify(sum=a + b, who=request.args.get('who', 'x'))

if __name__ == '__main__':
    app.run(host='0.0.0.0', port=5000)
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn python_serves() {
    let kernel = boot();
    let server = spec(&["python3", "app.py"]);
    put(&server.root, "/work/app.py", HANDLER);
    let started = kernel.start_container(server).unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let ran = exec_in(
        &kernel,
        started.pid,
        "curl -s localhost:8000/a; curl -s localhost:8000/b",
        "/",
    )
    .await;
    assert_eq!(ran.stdout, "/a 1\n/b 2\n", "{ran:#?}");
    kernel.kill(started.pid, Signal::KILL).unwrap();
    let ended = collect(started).await;
    assert_eq!(ended.stdout, "Serveur sur 8000\n");
    assert!(
        ended.stderr.contains("\"GET /a HTTP/1.1\" 200 -"),
        "{ended:#?}"
    );

    let server = spec(&[
        "sh",
        "-c",
        "pip3.11 install flask redis; redis-server > /dev/null & exec python3 app.py",
    ]);
    put(&server.root, "/work/app.py", FLASK);
    let started = kernel.start_container(server).unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    let ran = exec_in(&kernel, started.pid, "curl -s localhost:5000/; curl -s localhost:5000/; curl -s 'localhost:5000/add/2/3?who=me'; curl -s localhost:5000/zut | grep h1", "/").await;
    assert_eq!(
        ran.stdout, "Vu 1 fois.\nVu 2 fois.\n{\"sum\":5,\"who\":\"me\"}\n<h1>Not Found</h1>\n",
        "{ran:#?}"
    );
    kernel.kill(started.pid, Signal::KILL).unwrap();
    collect(started).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn packages_are_installed() {
    let ran = sh("apt-get install -y tree; echo $?; apt-get update > /dev/null && apt-get install -y tree | tail -n 1; ls -l /usr/bin/tree | cut -c1-10; apk add nosuch; apk add tree | grep Installing").await;
    assert_eq!(
        ran.stdout.lines().skip(3).collect::<Vec<_>>(),
        [
            "100",
            "Setting up tree (2.1.0-1) ...",
            "-rwxr-xr-x",
            "fetch https://dl-cdn.alpinelinux.org/alpine/v3.21/main/x86_64/APKINDEX.tar.gz",
            "fetch https://dl-cdn.alpinelinux.org/alpine/v3.21/community/x86_64/APKINDEX.tar.gz",
            "ERROR: unable to select packages:",
            "  nosuch (no such package):",
            "    required by: world[nosuch]"
        ],
        "{ran:#?}"
    );
    assert_eq!(ran.stderr, "E: Unable to locate package tree\n");
}
