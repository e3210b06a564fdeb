import HTTPTypes
import Logging

/// What is known about a request when its log line is written. Never query values, bodies or passwords.
struct RequestTrace: Sendable {
    let requestID: String
    let method: String
    let started = ContinuousClock.now
    /// The path template of the endpoint that was found.
    var template: String?
    /// The endpoint's place in the table.
    var row: Int?
    /// The account that was logged in.
    var actor: String?
    /// The peer's IP address.
    var sourceIP: String?
    /// What went wrong inside, if anything did.
    var cause: String?

    /// Writes the line: errors of the server as such, all else as information.
    func log(_ status: HTTPResponse.Status, to logger: Logger) {
        let level: Logger.Level = status.code == 500 ? .error : status.code == 507 ? .warning : .info
        guard level >= logger.logLevel else { return }
        let microseconds = started.duration(to: .now) / .microseconds(1)
        var metadata: Logger.Metadata = [
            "method": .string(method),
            "path": .string(template ?? "-"),
            "status": .stringConvertible(status.code),
            "duration_us": .stringConvertible(Int64(microseconds)),
            "request_id": .string(requestID),
        ]
        if let actor { metadata["actor"] = .string(actor) }
        if let sourceIP { metadata["source_ip"] = .string(sourceIP) }
        if let cause { metadata["cause"] = .string(cause) }
        logger.log(level: level, "request", metadata: metadata)
    }
}
