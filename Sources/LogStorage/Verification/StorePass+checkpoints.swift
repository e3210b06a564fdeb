extension StorePass {
    /// Reads all checkpoints, and keeps their tree heads for the moment when the records are there to compare.
    func verifyCheckpoints() throws {
        for summary in survey.checkpoints {
            if let problem = summary.problem {
                try found(
                    DamageFinding(
                        .checkpoint,
                        "the checkpoint cannot be used: \(problem)",
                        file: summary.file.path,
                        offset: 0,
                        lsns: summary.lsn...summary.lsn,
                        advice: CheckpointReader.advice
                    )
                )
                continue
            }
            // Its header vouches for the records, whatever is wrong with its blocks.
            witnesses.append(summary)
            try verifyBlocks(of: summary)
        }
        for name in try StoreSurveyor(fileSystem: fileSystem, paths: paths).names(in: paths.checkpoints)
        where SegmentName.number(in: name, ending: CheckpointFile.ending) == nil
            && !name.hasSuffix(CheckpointFile.temporaryEnding)
        {
            try found(
                DamageFinding(
                    .stranger,
                    "a file that is no checkpoint stands among the checkpoints",
                    file: "\(paths.checkpoints)/\(name)",
                    advice: "Move it elsewhere"
                )
            )
        }
    }

    private func verifyBlocks(of checkpoint: CheckpointSummary) throws {
        guard let storeID = survey.storeID else { return }
        let directory = CheckpointDirectory(fileSystem: fileSystem, path: paths.checkpoints, storeID: storeID)
        do {
            try CheckpointReader(directory: directory).read(checkpoint.file) { block in hasRead(UInt64(block.count)) }
            summary.checkpoints += 1
            wholeCheckpoints.insert(checkpoint.file.path)
        } catch let error as LogError {
            // The server removes old ones.
            if error.code == .notFound { return }
            try found(DamageFinding(.checkpoint, error, file: checkpoint.file.path))
        }
    }

    /// Compares the tree with what a checkpoint says about the record that was just read.
    func consultWitnesses(at lsn: LogSequenceNumber, _ time: LogTimestamp) throws {
        while let witness = witnesses.last, witness.lsn <= lsn {
            witnesses.removeLast()
            guard witness.lsn == lsn, let expected = witness.tree else { continue }
            if witness.time != time {
                try found(
                    DamageFinding(
                        .checkpoint,
                        "the checkpoint and its last record disagree about the time",
                        file: witness.file.path,
                        lsns: lsn...lsn,
                        advice: CheckpointReader.advice
                    )
                )
            } else if let tree, tree != expected {
                try found(Self.wrongRoot("checkpoint", witness.file.path, nil, agreedLSN.next...lsn))
                endSoundness(at: agreedLSN)
            } else if tree != nil, wholeCheckpoints.contains(witness.file.path) {
                goodCheckpoints.append(witness)
            }
            agreedLSN = lsn
            tree = expected
        }
    }

    static func wrongRoot(
        _ what: String,
        _ file: String,
        _ offset: UInt64?,
        _ lsns: ClosedRange<LogSequenceNumber>
    ) -> DamageFinding {
        DamageFinding(
            .merkleRoot,
            "the tree head in the \(what) is not that of the records, though all checksums are right: "
                + "a record was changed on purpose, or the \(what) was",
            file: file,
            offset: offset,
            lsns: lsns,
            advice: "Compare the records with a copy from another place"
        )
    }
}
