import HTTPTransport
import HTTPTypes
import LogStorage
import NIOPosix
import UserProfiles

/// The handlers of the endpoints about the server itself.
enum ServiceHandlers {
    @Sendable static func health(_ request: RequestContext, _ service: APIService) throws -> Reply {
        .now(.json { $0.member("status", "ok") })
    }

    @Sendable static func readiness(_ request: RequestContext, _ service: APIService) throws -> Reply {
        let runtime = try service.runtimeThatStays()
        return runtime.search { store in
            let reasons = runtime.readiness().reasons
            let status = store.status
            return .json { json in
                json.member("status", reasons.isEmpty ? "ready" : "degraded")
                json.member("reasons", reasons.map(\.rawValue))
                json.member("last_lsn", status.lastLSN.rawValue)
            }
        }
    }

    @Sendable static func status(_ request: RequestContext, _ runtime: Runtime) throws -> Reply {
        runtime.search { store in
            let status = store.status
            return .json { json in
                json.member("store_id", "\(status.storeID)")
                json.member("records", status.records)
                json.member("live_users", status.liveUsers)
                json.member("deleted_users", status.deletedUsers)
                json.member("last_lsn", status.lastLSN.rawValue)
                json.member("last_time", status.lastTime?.rfc3339)
                json.member("checkpoint_lsn", status.checkpointLSN?.rawValue)
                json.member("waiting_writes", status.waitingWrites)
                json.member("index_bytes", status.indexBytes)
                json.member("log_bytes", Int(clamping: status.logBytes))
                json.member("segments", status.segments)
                json.member("clock_steps", status.clockSteps)
                json.member("disk_full", status.diskFull)
                json.member("read_only_reason", status.poisoned)
                json.member("clock_jump", status.clockJump)
                json.member("verified_from_lsn", status.verifiedFrom.rawValue)
                json.member("read_damage", Array(status.readDamage.prefix(ScrubReport.shownFindings)))
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
                        json.member("message", "Checkpoint written")
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

    @Sendable static func backup(_ request: RequestContext, _ runtime: Runtime) throws -> Reply {
        let lease = try runtime.backups.begin()
        let type = request.type
        return runtime.search { store in
            guard let files = store.files else { throw Problem(.storageDamaged, "This log has no files.") }
            let backup: LogBackup
            do throws(LogError) {
                backup = try files.backup()
            } catch {
                var problem = Problem(.storageDamaged, "The log cannot be read; the server's log tells more.")
                problem.cause = error.description
                throw problem
            }
            let stream = BackupStream(backup, lease, pool: store.pool, logger: runtime.logger)
            let name = "profiles-\(backup.storeID)-\(backup.lastLSN).tar"
            let disposition = HeaderField("Content-Disposition", "attachment; filename=\"\(name)\"")
            return Response(.ok, type, .stream(stream), fields: [disposition])
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
