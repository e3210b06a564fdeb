package import LogStorage

extension WriteAheadLog: ProfileLog {
    package var files: LogFiles? { logFiles }

    package func cached(_ allowance: ReadAllowance) -> (any ReadableLog)? { CachedLog(self, allowance) }
}

extension CachedLog: ReadableLog {
    package var last: (lsn: LogSequenceNumber, time: LogTimestamp) { log.last }

    package var extent: LogExtent { log.extent }
}

extension WriteAheadLog: CheckpointKeeper {
    package func storedCheckpoints() throws(LogError) -> [StoredCheckpoint] {
        // The opening has looked at those beyond the end: if one of them were good, the log would not be open.
        let end = last.lsn
        return try checkpoints().filter { $0.lsn <= end }.map { file in
            StoredCheckpoint(lsn: file.lsn, name: file.path) { [self] block in
                try readCheckpoint(file, block: block)
            }
        }
    }

    package func prepareForCheckpoint() throws(LogError) {
        try treeReady()
    }

    package func beginCheckpoint() throws(LogError) -> CheckpointTicket {
        let position = try checkpointPosition()
        return CheckpointTicket(lsn: position.lsn) { [self] body in
            try writeCheckpoint(position, body: body)
        }
    }
}
