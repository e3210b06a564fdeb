import Logging

/// The damaged places that reads have come across since the start.
final class ReadDamage: Sendable {
    private struct Place: Hashable {
        let file: String?
        let offset: UInt64?
        let lsn: LogSequenceNumber?
    }

    private let places = Monitor<[Place: LogError]>([:])
    private let logger: Logger

    /// Bounds the memory; more places say nothing more.
    private static let maximumPlaces = 1_000

    init(logger: Logger) {
        self.logger = logger
    }

    /// In no order.
    var errors: [LogError] { places.withLock { Array($0.values) } }

    /// Makes a read. Damage that it meets is kept, and logged the first time.
    func noting<Value, Failure: Error>(_ read: () throws(Failure) -> Value) throws(Failure) -> Value {
        do throws(Failure) {
            return try read()
        } catch {
            note(error)
            throw error
        }
    }

    private func note(_ error: any Error) {
        guard let error = error as? LogError, error.code == .damaged else { return }
        let place = Place(file: error.file, offset: error.offset, lsn: error.lsns?.lowerBound)
        let isNew = places.withLock { places in
            guard places.count < Self.maximumPlaces else { return false }
            return places.updateValue(error, forKey: place) == nil
        }
        if isNew { logger.error("a read found damage: \(error)") }
    }
}
