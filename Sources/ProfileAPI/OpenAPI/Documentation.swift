import HTTPTransport
import HTTPTypes
import LogStorage

/// The documentation page: Swagger UI out of local files.
///
/// The files are those of the Python package flask-swagger-ui (folder `flask_swagger_ui/dist`). Only the names in
/// ``files`` are ever opened, so no path from a request reaches the file system.
struct Documentation: Sendable {
    /// The folder that holds Swagger UI's files.
    let directory: String

    /// The files that are served, with their content types.
    private static let files: [String: String] = [
        "swagger-ui.css": "text/css; charset=utf-8",
        "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
        "favicon-16x16.png": "image/png",
        "favicon-32x32.png": "image/png",
    ]

    /// The page itself, or, when Swagger UI's files are not there, one that says how to get them. Blocks.
    func page() -> Response {
        let isThere = Self.files.keys.allSatisfy { (try? PosixFileSystem().open(path(of: $0), .read)) != nil }
        return Response(.ok, .html, .bytes(Array((isThere ? Self.page : Self.missingPage).utf8)), shared: .page)
    }

    /// One of the page's files. Blocks.
    func file(named name: String) throws(Problem) -> Response {
        if name == "start.js" { return response(Array(Self.startScript.utf8), "text/javascript; charset=utf-8") }
        guard let type = Self.files[name], let bytes = try? PosixFileSystem().contents(of: path(of: name)) else {
            throw Problem(.unknownPath, "There is no such file.")
        }
        return response(bytes, type)
    }

    private func response(_ bytes: [UInt8], _ type: String) -> Response {
        Response(.ok, nil, .bytes(bytes), fields: [HeaderField("Content-Type", type)], shared: .file)
    }

    private func path(of file: String) -> String { directory + "/" + file }

    private static let page = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>User Profile Audit System – API</title>
        <link rel="stylesheet" href="/docs/swagger-ui.css">
        <link rel="icon" type="image/png" sizes="32x32" href="/docs/favicon-32x32.png">
        <link rel="icon" type="image/png" sizes="16x16" href="/docs/favicon-16x16.png">
        </head>
        <body>
        <div id="api"></div>
        <script src="/docs/swagger-ui-bundle.js"></script>
        <script src="/docs/start.js"></script>
        </body>
        </html>

        """

    private static let startScript = """
        "use strict";
        SwaggerUIBundle({
          url: "/openapi.json",
          dom_id: "#api",
          deepLinking: true,
          docExpansion: "list",
          validatorUrl: null,
        });

        """

    private static let missingPage = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>User Profile Audit System – API</title>
        </head>
        <body>
        <h1>User Profile Audit System – API</h1>
        <p>The API is described in <a href="/openapi.json">openapi.json</a>.</p>
        <p>To try it out on this page, the files of Swagger UI are needed; they are not in the folder that the
        setting <code>SWAGGER_UI_DIRECTORY</code> names. This fetches them:</p>
        <pre>python3 -m pip download --no-deps --dest . flask-swagger-ui==5.34.0
        python3 -m zipfile --extract flask_swagger_ui-5.34.0-*.whl swagger-ui-files
        mv swagger-ui-files/flask_swagger_ui/dist .swagger-ui</pre>
        </body>
        </html>

        """
}
