import ArgumentParser
import LogStorage
import UserProfiles

/// Readers of option values; each says what would be right.
enum OptionValue {
    @Sendable static func instant(_ text: String) throws -> LogTimestamp { try time(text, .instant) }
    @Sendable static func since(_ text: String) throws -> LogTimestamp { try time(text, .since) }
    @Sendable static func until(_ text: String) throws -> LogTimestamp { try time(text, .until) }

    private static func time(_ text: String, _ rule: TimeRule) throws -> LogTimestamp {
        do throws(TimeRule.Refusal) {
            return try rule.time(text)
        } catch {
            throw ValidationError("The time \(error.message).")
        }
    }

    @Sendable static func lsn(_ text: String) throws -> LogSequenceNumber {
        guard let number = UserID(text) else {
            throw ValidationError("A record's number (LSN) is a whole number from 1, without a sign.")
        }
        return LogSequenceNumber(number.rawValue)
    }

    @Sendable static func user(_ text: String) throws -> UserID {
        guard let id = UserID(text) else { throw ValidationError("A user's id is a whole number from 1.") }
        return id
    }

    @Sendable static func operation(_ text: String) throws -> Operation {
        guard let operation = Operation(text) else {
            let names = Operation.allCases.map(\.name).joined(separator: ", ")
            throw ValidationError("An operation is one of \(names).")
        }
        return operation
    }

    @Sendable static func count(_ text: String) throws -> Int {
        guard let number = UserID(text) else { throw ValidationError("A limit is a whole number from 1.") }
        return Int(clamping: number.rawValue)
    }
}
