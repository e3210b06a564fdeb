import HTTPTransport
import HTTPTypes
import NIOCore
import NIOPosix

/// Answers requests for the page of metrics, each on a connection of its own.
struct MetricsResponder: RequestResponder {
    let page: MetricsPage

    func session(on channel: any Channel) -> any RequestSession { Session(page) }

    private final class Session: RequestSession {
        private static let path = "/metrics"

        private let page: MetricsPage

        init(_ page: MetricsPage) {
            self.page = page
        }

        func respond(to head: RequestHead) -> ResponseStep {
            let sendsBody = head.method != .head
            guard head.targetText.prefix(while: { $0 != "?" }) == Self.path else {
                return .now(Self.text(.notFound, "There is only \(Self.path) here.", sendsBody))
            }
            guard head.method == .get || head.method == .head else {
                var response = Self.text(.methodNotAllowed, "Only GET and HEAD are possible here.", true)
                response.fields.append(HeaderField("Allow", "GET, HEAD"))
                return .now(response)
            }
            // The threads for reads of the store may all be waiting for a disk.
            return .later { [page] completion in
                NIOThreadPool.singleton.submit { state in
                    let bytes = state == .active ? page.bytes() : []
                    completion { .now(Self.response(.ok, PrometheusText.contentType, bytes, sendsBody)) }
                }
            }
        }

        func response(to fault: RequestFault) -> Response {
            let problem = Problem(fault)
            return Self.text(problem.kind.status, problem.detail, true)
        }

        private static func text(_ status: HTTPResponse.Status, _ text: String, _ sendsBody: Bool) -> Response {
            response(status, "text/plain; charset=utf-8", Array("\(text)\n".utf8), sendsBody)
        }

        private static func response(
            _ status: HTTPResponse.Status,
            _ type: String,
            _ bytes: [UInt8],
            _ sendsBody: Bool
        ) -> Response {
            var response = Response(
                status,
                .api,
                [
                    HeaderField("Content-Type", type), HeaderField("Content-Length", String(bytes.count)),
                    HeaderField("Date", HTTPDate.text()), HeaderField("Connection", "close"),
                ],
                sendsBody ? .bytes(bytes) : .none
            )
            response.closesConnection = true
            return response
        }
    }
}
