import HTTPTypes
import LogStorage
import NIOCore
import NIOPosix
import UserProfiles

/// What answers the endpoints about the server itself.
enum ServiceHandlers {
    @Sendable static func health(_ call: Call, _ service: APIService) async throws -> Answer {
        Answer(.ok, .json, Array(#"{"status":"ok"}"#.utf8))
    }

    @Sendable static func readiness(_ call: Call, _ service: APIService) async throws -> Answer {
        let runtime = try service.runtimeThatStays()
        if let problem = try await runtime.read({ _ in runtime.readiness() }).problem { throw problem }
        let status = runtime.store.status
        var json = JSONWriter()
        json.beginObject()
        json.key("status")
        json.string("ready")
        json.key("last_lsn")
        json.number(status.lastLSN.rawValue)
        json.endObject()
        return Answer(.ok, .json, json.bytes)
    }

    @Sendable static func status(_ call: Call, _ runtime: Runtime) async throws -> Answer {
        let status = try await runtime.read { $0.status }
        var json = JSONWriter(reservingCapacity: 512)
        json.beginObject()
        json.key("store_id")
        json.string("\(status.storeID)")
        json.member("records", status.records)
        json.member("live_users", status.liveUsers)
        json.member("deleted_users", status.deletedUsers)
        json.member("last_lsn", status.lastLSN.rawValue)
        json.key("last_time")
        if let time = status.lastTime { json.string(time.rfc3339) } else { json.null() }
        json.key("checkpoint_lsn")
        if let lsn = status.checkpointLSN { json.number(lsn.rawValue) } else { json.null() }
        json.member("waiting_writes", status.waitingWrites)
        json.member("index_bytes", status.indexBytes)
        json.member("log_bytes", Int(clamping: status.logBytes))
        json.member("segments", status.segments)
        json.member("clock_steps", status.clockSteps)
        json.key("disk_full")
        json.bool(status.diskFull)
        json.key("read_only_reason")
        if let reason = status.poisoned { json.string(reason) } else { json.null() }
        json.key("scrub")
        runtime.scrub.progress.write(to: &json)
        json.endObject()
        return Answer(.ok, .json, json.bytes)
    }

    @Sendable static func checkpoint(_ call: Call, _ runtime: Runtime) async throws -> Answer {
        let report = try await runtime.store.checkpoint()
        var json = JSONWriter()
        json.beginObject()
        json.key("message")
        json.string("Checkpoint written")
        json.key("checkpoint")
        json.beginObject()
        json.member("lsn", report.lsn.rawValue)
        json.member("users", report.users)
        json.member("milliseconds", Int(exactly: (report.seconds * 1000).rounded()) ?? 0)
        json.endObject()
        json.endObject()
        return Answer(.ok, .json, json.bytes)
    }

    @Sendable static func openAPI(_ call: Call, _ service: APIService) async throws -> Answer {
        Answer(.ok, .json, service.description)
    }

    @Sendable static func documentation(_ call: Call, _ service: APIService) async throws -> Answer {
        let documentation = service.documentation
        return try await service.reading.runIfActive { documentation.page() }
    }

    @Sendable static func documentationFile(_ call: Call, _ service: APIService) async throws -> Answer {
        let documentation = service.documentation
        let name = call.parameters.text("file") ?? ""
        return try await service.reading.runIfActive { try documentation.file(named: name) }
    }
}

extension JSONWriter {
    /// Writes a member that is a number.
    fileprivate mutating func member(_ name: StaticString, _ value: some FixedWidthInteger) {
        key(name)
        number(value)
    }
}
