import HTTPTransport
import HTTPTypes
import LogStorage
import NIOPosix
import UserProfiles

/// The handlers of the endpoints about the server itself.
enum ServiceHandlers {
    @Sendable static func health(_ request: RequestContext, _ service: APIService) throws -> Reply {
        .now(.json(["status": "ok"]))
    }

    @Sendable static func readiness(_ request: RequestContext, _ service: APIService) throws -> Reply {
        let runtime = try service.runtimeThatStays()
        return runtime.search { store in
            let reasons = runtime.readiness().reasons
            let status = store.status
            return .json([
                "status": reasons.isEmpty ? "ready" : "degraded",
                "reasons": .strings(reasons.map(\.rawValue)),
                "last_lsn": .number(status.lastLSN.rawValue),
            ])
        }
    }

    @Sendable static func status(_ request: RequestContext, _ runtime: Runtime) throws -> Reply {
        runtime.search { store in
            let status = store.status
            return .json([
                "store_id": .string("\(status.storeID)"),
                "records": .number(status.records),
                "live_users": .number(status.liveUsers),
                "deleted_users": .number(status.deletedUsers),
                "last_lsn": .number(status.lastLSN.rawValue),
                "last_time": .optional(status.lastTime?.rfc3339),
                "checkpoint_lsn": status.checkpointLSN.map { .number($0.rawValue) } ?? .null,
                "waiting_writes": .number(status.waitingWrites),
                "index_bytes": .number(status.indexBytes),
                "log_bytes": .number(status.logBytes),
                "segments": .number(status.segments),
                "clock_steps": .number(status.clockSteps),
                "disk_full": .bool(status.diskFull),
                "read_only_reason": .optional(status.poisoned),
                "clock_jump": .optional(status.clockJump),
                "verified_from_lsn": .number(status.verifiedFrom.rawValue),
                "read_damage": .strings(status.readDamage.prefix(ScrubReport.shownFindings)),
                "scrub": runtime.scrub.progress.json,
            ])
        }
    }

    @Sendable static func checkpoint(_ request: RequestContext, _ runtime: Runtime) throws -> Reply {
        .later { completion in
            Task {
                let result: Result<CheckpointReport, any Error>
                do { result = .success(try await runtime.store.checkpoint()) } catch { result = .failure(error) }
                completion {
                    let report = try result.get()
                    return .json([
                        "message": "Checkpoint written",
                        "checkpoint": [
                            "lsn": .number(report.lsn.rawValue), "users": .number(report.users),
                            "milliseconds": .number(Int(exactly: (report.seconds * 1000).rounded()) ?? 0),
                        ],
                    ])
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
