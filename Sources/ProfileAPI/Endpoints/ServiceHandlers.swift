import HTTPTransport
import HTTPTypes
import LogStorage
import NIOPosix
import UserProfiles

/// The handlers of the endpoints about the server itself.
enum ServiceHandlers {
    @Sendable static func health(_ request: RequestContext, _ service: APIService) throws -> Reply {
        .now(
            .json { json in
                json.key("status")
                json.string("ok")
            }
        )
    }

    @Sendable static func readiness(_ request: RequestContext, _ service: APIService) throws -> Reply {
        let runtime = try service.runtimeThatStays()
        return runtime.search { store in
            let reasons = runtime.readiness().reasons
            let status = store.status
            return .json { json in
                json.key("status")
                json.string(reasons.isEmpty ? "ready" : "degraded")
                json.key("reasons")
                json.beginArray()
                for reason in reasons { json.string(reason.rawValue) }
                json.endArray()
                json.key("last_lsn")
                json.number(status.lastLSN.rawValue)
            }
        }
    }

    @Sendable static func status(_ request: RequestContext, _ runtime: Runtime) throws -> Reply {
        runtime.search { store in
            let status = store.status
            return .json { json in
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
                json.key("clock_jump")
                if let jump = status.clockJump { json.string(jump) } else { json.null() }
                json.member("verified_from_lsn", status.verifiedFrom.rawValue)
                json.key("read_damage")
                json.beginArray()
                for line in status.readDamage.prefix(ScrubReport.shownFindings) { json.string(line) }
                json.endArray()
                json.key("scrub")
                runtime.scrub.progress.write(to: &json)
            }
        }
    }

    @Sendable static func checkpoint(_ request: RequestContext, _ runtime: Runtime) throws -> Reply {
        .later { completion in
            Task {
                let result: Result<CheckpointReport, any Error>
                do { result = .success(try await runtime.store.checkpoint()) } catch { result = .failure(error) }
                completion {
                    let report = try result.get()
                    return .json { json in
                        json.key("message")
                        json.string("Checkpoint written")
                        json.key("checkpoint")
                        json.beginObject()
                        json.member("lsn", report.lsn.rawValue)
                        json.member("users", report.users)
                        json.member("milliseconds", Int(exactly: (report.seconds * 1000).rounded()) ?? 0)
                        json.endObject()
                    }
                }
            }
        }
    }

    @Sendable static func openAPI(_ request: RequestContext, _ service: APIService) throws -> Reply {
        .now(Response(.ok, .json, service.description))
    }

    @Sendable static func documentation(_ request: RequestContext, _ service: APIService) throws -> Reply {
        let documentation = service.documentation
        return .fromFiles { documentation.page() }
    }

    @Sendable static func documentationFile(_ request: RequestContext, _ service: APIService) throws -> Reply {
        let documentation = service.documentation
        let name = request.parameters.text("file") ?? ""
        return .fromFiles { try documentation.file(named: name) }
    }

    /// What a server answers to `OPTIONS *`, which asks about itself (RFC 9110, section 9.3.7).
    static let options = Response(.noContent, nil, .none, fields: [HeaderField("Allow", Router.methodNames)])
}

extension Reply {
    /// A response that is made from small files, on a thread that may block.
    fileprivate static func fromFiles(_ body: @escaping @Sendable () throws -> Response) -> Reply {
        .later { completion in
            NIOThreadPool.singleton.submit { state in
                let result = Result { () throws in
                    guard state == .active else { throw CancellationError() }
                    return try body()
                }
                completion { try result.get() }
            }
        }
    }
}

extension JSONWriter {
    /// Writes a member that is a number.
    fileprivate mutating func member(_ name: StaticString, _ value: some FixedWidthInteger) {
        key(name)
        number(value)
    }
}
