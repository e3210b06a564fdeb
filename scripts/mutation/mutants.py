"""What scripts/mutate breaks, one at a time: name, file, the exact text that stands there once, what replaces it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    name: str
    file: str
    old: str
    new: str
    # A second place in the same file that has to follow.
    also: tuple[str, str] | None = None

    def applied(self, text: str) -> str:
        """The text with the fault in it; fails when a place is not found exactly once."""
        for old, new in [(self.old, self.new)] + ([self.also] if self.also else []):
            if text.count(old) != 1:
                raise LookupError(f"{self.name}: the text stands {text.count(old)} times in {self.file}:\n{old}")
            text = text.replace(old, new)
        return text


LOG = "Sources/LogStorage/Log/"
FORMAT = "Sources/LogStorage/Format/"
SEGMENT = "Sources/LogStorage/Segment/"
CHECKPOINT = "Sources/LogStorage/Checkpoint/"
SYSTEM = "Sources/LogStorage/System/"
STORE = "Sources/UserProfiles/Store/"

MUTANTS = [
    # Order of the calls
    Mutant(
        "a frame is not synced",
        LOG + "LogWriter.swift",
        """            try segment.file.syncData()
            return started""",
        """            if segment.dataEnd == 0 { try segment.file.syncData() }
            return started""",
    ),
    Mutant(
        "a new name is not made durable",
        SYSTEM + "FileSystem+whole.swift",
        "        try syncDirectory(directory)\n",
        "",
    ),
    Mutant(
        "a segment gets its name before its header is synced",
        LOG + "LogWriter.swift",
        """            try file.writeFully(header.encoded(), at: 0)
            try file.syncData()
""",
        """            try file.writeFully(header.encoded(), at: 0)
""",
    ),
    Mutant(
        "a sealed segment is not synced",
        LOG + "LogWriter.swift",
        """            try segment.file.syncData()
        } catch {
            throw becomePoisoned(LogError(error))
        }
        segment.seal""",
        """            if extent.dataEnd == 0 { try segment.file.syncData() }
        } catch {
            throw becomePoisoned(LogError(error))
        }
        segment.seal""",
    ),
    Mutant(
        "names that an earlier process left are not synced at the start",
        LOG + "LogOpener.swift",
        "        try syncNames()\n",
        "        if configuration.keptCheckpoints == 0 { try syncNames() }\n",
    ),
    Mutant(
        "the uncertain end of the log is not written again at the start",
        LOG + "TailRecovery.swift",
        "        try attempt { () throws(SystemCallError) in try file.writeAgain("
        "min(synced, extent.dataEnd)..<extent.dataEnd) }\n",
        "        if synced == 0 { try attempt { () throws(SystemCallError) in try file.syncData() } }\n",
    ),
    Mutant(
        "a frame counts before it is written",
        LOG + "LogWriter.swift",
        "        let sync = try write(at: offset)\n",
        """        segment.add(header, lastTime: AppendReceipt(first: first, baseTime: time, count: records.count).time(records.count - 1))
        let sync = try write(at: offset)
""",
        also=("        segment.add(header, lastTime: receipt.time(records.count - 1))\n", ""),
    ),
    Mutant(
        "a change is visible before it is durable",
        STORE + "Committer.swift",
        "            receipt = try log.append(stage.records)\n",
        """            let early = AppendReceipt(
                first: log.last.lsn.next,
                baseTime: log.last.time.advanced(byMicroseconds: 1),
                count: stage.records.count
            )
            if apply(stage, early).isEmpty { return [] }
            receipt = try log.append(stage.records)
""",
    ),
    Mutant(
        "a change is answered before it is durable",
        STORE + "Committer.swift",
        """        do {
            let users = try makeDurable(stage)
            if let started, !users.isEmpty {
                observer?.committed(records: users.count, duration: ContinuousClock.now - started)
            }
            for (command, verdict) in zip(commands, verdicts) {
                command.completion(verdict.map { Array(users[$0]) })
            }
        } catch {
            let refusal = CommitRefusal.refused(.notAppended(error))
            for command in commands { command.completion(.failure(refusal)) }
        }
""",
        """        let early = AppendReceipt(
            first: log.last.lsn.next,
            baseTime: log.last.time.advanced(byMicroseconds: 1),
            count: max(1, stage.records.count)
        )
        let users = stage.records.isEmpty ? [] : apply(stage, early)
        for (command, verdict) in zip(commands, verdicts) {
            command.completion(verdict.map { Array(users[$0]) })
        }
        if (try? makeDurable(stage)) == nil || started == nil { return }
""",
    ),
    # Failures
    Mutant(
        "a failed sync is tried again",
        LOG + "LogWriter.swift",
        """            // Never tried again: the kernel may have dropped the pages and would report success.
            throw becomePoisoned(LogError(error))
""",
        """            do throws(SystemCallError) {
                try segment.file.syncData()
            } catch {
                throw becomePoisoned(LogError(error))
            }
""",
    ),
    Mutant(
        "after a failed write or sync writes go on",
        LOG + "LogWriter.swift",
        "        condition = .poisoned(cause)\n",
        "",
    ),
    Mutant(
        "on a full disk half a frame is left",
        LOG + "LogWriter.swift",
        "            try segment.file.truncateFully(to: offset)\n            return failure\n",
        "            if offset == 0 { try segment.file.truncateFully(to: offset) }\n            return failure\n",
    ),
    Mutant(
        "an unfinished checkpoint is left behind",
        LOG + "WriteAheadLog.swift",
        "            if (try? directories.check()) != nil { try? checkpointDirectory.removeTemporaryFiles() }\n",
        "",
    ),
    Mutant(
        "a short write is taken for a whole one",
        SYSTEM + "File+fully.swift",
        """                done += count
            } catch {
                if error.number != EINTR { throw error }
            }
        }
    }

    /// Writes all of `bytes`.
    package func writeFully(_ bytes: [UInt8]""",
        """                done += max(count, bytes.count)
            } catch {
                if error.number != EINTR { throw error }
            }
        }
    }

    /// Writes all of `bytes`.
    package func writeFully(_ bytes: [UInt8]""",
    ),
    # Checksums
    Mutant(
        "the checksum of a frame's header is ignored",
        FORMAT + "FrameHeader.swift",
        "FrameLayout.headerChecksumOffset])) == checksum,",
        "FrameLayout.headerChecksumOffset])) | checksum != 0,",
    ),
    Mutant(
        "the checksum of a frame's body is ignored",
        SEGMENT + "FrameView.swift",
        "guard Checksum.of(covered) == checksum else",
        "guard Checksum.of(covered) | checksum != 0 else",
    ),
    Mutant(
        "the checksum of a segment's header is ignored",
        FORMAT + "SegmentHeader.swift",
        "header[..<(Self.byteCount - 4)])) == checksum else",
        "header[..<(Self.byteCount - 4)])) | checksum != 0 else",
    ),
    Mutant(
        "the checksum of a footer is ignored",
        FORMAT + "SegmentFooter.swift",
        "bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self).littleEndian == Checksum.of(covered),",
        "bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self) | Checksum.of(covered) != 0,",
    ),
    Mutant(
        "the checksum of a trailer is ignored",
        FORMAT + "SegmentFooter.swift",
        "bytes[..<(trailerBytes - 4)])) == checksum,",
        "bytes[..<(trailerBytes - 4)])) | checksum != 0,",
    ),
    Mutant(
        "the checksum of a checkpoint's header is ignored",
        CHECKPOINT + "CheckpointHeader.swift",
        "guard reader.integer(UInt32.self) == Checksum.of(covered) else",
        "guard reader.integer(UInt32.self) != nil || Checksum.of(covered) == 0 else",
    ),
    Mutant(
        "the checksum of a checkpoint's block is ignored",
        CHECKPOINT + "CheckpointReader.swift",
        "guard checksum == Checksum.of(covered, continuing: Checksum.of(lengthBytes)) else",
        "guard checksum != nil || Checksum.of(covered, continuing: Checksum.of(lengthBytes)) == 0 else",
    ),
    # Recovery
    Mutant(
        "the watermark is written as zero",
        LOG + "LogWriter.swift",
        "            syncedOffset: offset\n",
        "            syncedOffset: 0\n",
    ),
    Mutant(
        "the watermark is not asked",
        LOG + "TailRecovery.swift",
        "header.syncedOffset > position",
        "header.syncedOffset > .max - position",
    ),
    Mutant(
        "a checkpoint does not vouch for the log's end",
        LOG + "TailRecovery.swift",
        "            due <= vouched\n",
        "            due < .zero\n",
    ),
    Mutant(
        "records that a checkpoint knows of may be missing",
        LOG + "LogOpener.swift",
        "        try checkNothingIsMissing(segments, vouched: vouched)\n",
        "        if segments.isEmpty { try checkNothingIsMissing(segments, vouched: vouched) }\n",
    ),
    Mutant(
        "a segment may be missing",
        LOG + "LogOpener.swift",
        "            guard number == due else { throw gap(from: due, to: number) }\n",
        "            guard number >= due else { throw gap(from: due, to: number) }\n",
    ),
    Mutant(
        "any frame follows any other",
        SEGMENT + "FrameScanner.swift",
        "if let expected, frame.header.firstLSN != expected {",
        "if let expected, frame.header.firstLSN < expected, frame.header.recordCount == 0 {",
    ),
    Mutant(
        "a torn tail is cut off without quarantine",
        LOG + "TailRecovery.swift",
        "        try quarantine(Array(tail[...lastUsed]), of: file, extent)\n",
        "        if lastUsed < 0 { try quarantine(Array(tail[...lastUsed]), of: file, extent) }\n",
    ),
    Mutant(
        "a torn tail is left where it is",
        LOG + "TailRecovery.swift",
        "            try file.truncateFully(to: position)\n            try file.syncData()\n",
        "            try file.syncData()\n",
    ),
    Mutant(
        "the directory is not locked",
        SYSTEM + "PosixFile.swift",
        "flock(descriptor, LOCK_EX | LOCK_NB)",
        "flock(descriptor, LOCK_SH | LOCK_NB)",
    ),
    Mutant(
        "a log whose directory was moved is written to",
        LOG + "StoreDirectories.swift",
        "        guard opened != named else { return }\n",
        "        guard opened != named, path.isEmpty else { return }\n",
    ),
    Mutant(
        "a clock that jumped is believed",
        LOG + "ClockWatch.swift",
        "        guard jump > Self.tolerance || jump < .zero - Self.tolerance else { return }\n",
        "        guard jump / Self.tolerance > 1_000_000 else { return }\n",
    ),
    Mutant(
        "tree heads are not compared at the start",
        LOG + "LogOpener.swift",
        "        try checkTreesAgree(segments, known)\n",
        "",
    ),
    Mutant(
        "time may stand still",
        LOG + "LogWriter.swift",
        "        return max(now, segment.lastTime.advanced(byMicroseconds: 1))\n",
        "        return max(now, segment.lastTime)\n",
    ),
    # Checkpoints
    Mutant(
        "a checkpoint is written under its own name at once",
        CHECKPOINT + "CheckpointWriter.swift",
        'let temporary = finalPath + ".tmp"',
        "let temporary = finalPath",
        also=(
            "try directory.fileSystem.publish(file.path, as: finalPath, in: directory.path)",
            "try directory.fileSystem.syncDirectory(directory.path)",
        ),
    ),
    Mutant(
        "a checkpoint is not synced before it gets its name",
        CHECKPOINT + "CheckpointWriter.swift",
        "            try file.syncData()\n            try directory.fileSystem.publish(",
        "            try directory.fileSystem.publish(",
    ),
    Mutant(
        "the older checkpoint is removed",
        LOG + "WriteAheadLog.swift",
        "prune(keeping: configuration.keptCheckpoints)",
        "prune(keeping: 1)",
    ),
    Mutant(
        "a damaged checkpoint stops the start",
        "Sources/UserProfiles/Index/IndexLoader.swift",
        "            guard let users = read(checkpoint) else { continue }\n",
        '            guard let users = read(checkpoint) else { throw LogError(.damaged, "a checkpoint is damaged") }\n',
    ),
    Mutant(
        "the replay takes records that contradict each other",
        "Sources/UserProfiles/Index/IndexReplay.swift",
        "guard header.previous == old.lsn, header.version == old.version.rawValue + 1 else {",
        "guard header.lsn > old.lsn else {",
    ),
]
