/// Looks at the files of a data directory: names, headers, footers. It opens nothing for writing.
struct StoreSurveyor {
    let fileSystem: any FileSystem
    let paths: StorePaths

    /// - Throws: ``LogError/Code/notFound`` where there is no store, ``LogError/Code/unsupportedFormat``,
    ///   ``LogError/Code/io``.
    func survey() throws(LogError) -> StoreSurvey {
        var survey = StoreSurvey()
        // Before the segments: so the log cannot lack what a checkpoint knows merely because it was written meanwhile.
        let checkpoints = try checkpoints()
        let files = try files(&survey)
        let (description, problem) = try description()
        if description == nil, problem?.code == .notFound, files.isEmpty, checkpoints.isEmpty {
            throw LogError(.notFound, "there is no store here", file: paths.directory, advice: "Name a data directory")
        }
        survey.storeID = storeID(description, files)
        survey.createdAt = description.flatMap { try? LogTimestamp(rfc3339: $0.createdAt) }
        describe(description, problem, &survey)
        let catalog = SegmentCatalog(files, storeID: survey.storeID)
        survey.segments = catalog.segments
        survey.findings += catalog.findings
        survey.checkpoints = checkpoints.map { $0.summary(for: survey.storeID) }
        if survey.segments.isEmpty { survey.findings.append(logIsGone(survey.vouched)) }
        return survey
    }

    /// The names in a directory; none if it is missing.
    func names(in directory: String) throws(LogError) -> [String] {
        do throws(SystemCallError) {
            return try fileSystem.entries(of: directory).sorted()
        } catch {
            let failure = LogError(error)
            if failure.code == .notFound { return [] }
            throw failure
        }
    }

    // MARK: wal/

    private func files(_ survey: inout StoreSurvey) throws(LogError) -> [SurveyedFile] {
        var files: [SurveyedFile] = []
        for name in try names(in: paths.segments) where name != SegmentName.prepared {
            let path = "\(paths.segments)/\(name)"
            if name == SegmentName.unfinished {
                survey.findings.append(unfinishedCopy(path))
                continue
            }
            switch try attempt({ () throws(SystemCallError) in try fileSystem.kind(of: path) }) {
            case .file: files.append(try SurveyedFile.look(at: name, in: paths.segments, fileSystem))
            case .directory, .other:
                survey.findings.append(
                    DamageFinding(
                        .stranger,
                        "something that is no file stands among the segments",
                        file: path,
                        advice: "Move it elsewhere"
                    )
                )
            // It had its name for a moment only.
            case .missing: break
            }
        }
        return files
    }

    private func unfinishedCopy(_ path: String) -> DamageFinding {
        DamageFinding(.unfinishedCopy, SegmentName.unfinishedMessage, file: path, advice: SegmentName.unfinishedAdvice)
    }

    private func logIsGone(_ vouched: LogSequenceNumber) -> DamageFinding {
        DamageFinding(
            .segmentMissing,
            "the store has no segment any more",
            file: paths.segments,
            lsns: LogSequenceNumber(1)...max(LogSequenceNumber(1), vouched),
            advice: "Mount or restore the log"
        )
    }

    // MARK: store.json

    private func description() throws(LogError) -> (StoreDescription?, LogError?) {
        do throws(LogError) {
            let bytes = try attempt { () throws(SystemCallError) in try fileSystem.contents(of: paths.description) }
            let description = try StoreDescription(decoding: bytes, file: paths.description)
            guard description.encoded() == bytes else {
                let what = "the store's description is not what was written, though its values can be read"
                let error = LogError(.damaged, what, file: paths.description, advice: StoreDescription.advice)
                return (description, error)
            }
            return (description, nil)
        } catch {
            guard error.code == .damaged || error.code == .notFound else { throw error }
            return (nil, error)
        }
    }

    /// The id of most segments; where they are of two minds or silent, what the description says.
    private func storeID(_ description: StoreDescription?, _ files: [SurveyedFile]) -> StoreID? {
        let described = description.flatMap { StoreID($0.storeID) }
        if description?.checksum != nil, let described { return described }
        let votes = Dictionary(files.compactMap { $0.header?.storeID }.map { ($0, 1) }, uniquingKeysWith: +)
        let most = votes.values.max() ?? 0
        let winners = votes.filter { $0.value == most }.keys
        if let described, winners.isEmpty || winners.contains(described) { return described }
        return winners.min { $0.description < $1.description }
    }

    private func describe(_ description: StoreDescription?, _ problem: LogError?, _ survey: inout StoreSurvey) {
        if var problem {
            if problem.code == .notFound {
                problem = LogError(.damaged, "the store's description is missing", advice: Self.missingAdvice)
            }
            survey.findings.append(DamageFinding(.storeDescription, problem, file: paths.description))
        } else if let description, StoreID(description.storeID) != survey.storeID {
            survey.findings.append(
                DamageFinding(
                    .storeDescription,
                    "the store's description names another store than the segments do",
                    file: paths.description,
                    advice: StoreDescription.advice
                )
            )
        }
        if problem == nil, description != nil, survey.createdAt == nil {
            survey.findings.append(
                DamageFinding(
                    .storeDescription,
                    "the store's description holds no time of its making",
                    file: paths.description,
                    advice: StoreDescription.advice
                )
            )
        }
    }

    private static let missingAdvice = "The next start of the server makes it anew from the segments"

    // MARK: checkpoints/

    /// Newest first.
    private func checkpoints() throws(LogError) -> [SurveyedCheckpoint] {
        var found: [SurveyedCheckpoint] = []
        for name in try names(in: paths.checkpoints) {
            guard let lsn = SegmentName.number(in: name, ending: CheckpointFile.ending) else { continue }
            let file = CheckpointFile(lsn: lsn, path: "\(paths.checkpoints)/\(name)")
            // It may be gone: the server removes old ones.
            if let checkpoint = SurveyedCheckpoint(file, fileSystem) { found.append(checkpoint) }
        }
        return found.sorted { $0.file.lsn > $1.file.lsn }
    }
}
