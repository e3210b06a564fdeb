import Foundation
import TestSupport
import Testing

/// A client that somebody else's program makes of the OpenAPI document.
@Suite("A generated client", .blocking)
struct GeneratedClientTests {
    @Test("openapi-python-client makes a client without a warning, and it works for every kind of request")
    func python() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(data: directory.appending("data"))
        let document = directory.appending("openapi.json")
        let answer = try server.client().send("GET", "/openapi.json")
        try Data(answer.body).write(to: URL(filePath: document))
        // Without formatting what was made.
        let configuration = directory.appending("generator.json")
        try Data(#"{"post_hooks":[]}"#.utf8).write(to: URL(filePath: configuration))
        let tools = ".build/client-generator"
        let generated = try Project.python(
            [
                "-m", "openapi_python_client", "generate", "--path", document, "--config", configuration,
                "--output-path", directory.appending("profile_client"), "--meta", "none", "--fail-on-warning",
            ],
            environment: ["PYTHONPATH": tools]
        )
        try #require(generated.status == 0, "\(generated.output)")
        let used = try Project.python(
            ["scripts/openapi/use-client.py", "http://127.0.0.1:\(server.port)"],
            environment: ["PYTHONPATH": "\(tools):\(directory.path)", "PASSWORD": ServerProcess.password]
        )
        #expect(used.status == 0 && used.output == "used\n", "\(used.output)")
        #expect(server.stop() == 0)
    }
}
