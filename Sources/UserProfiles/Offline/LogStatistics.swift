package import LogStorage

/// Counts the records of a log by operation, actor, day and user, in memory that does not grow with the log.
package struct LogStatistics {
    /// One of the counts.
    package struct Count: Sendable, Hashable {
        package let key: String
        package let records: UInt64
    }

    /// Records in all.
    package private(set) var records: UInt64 = 0
    private var operations: [Operation: UInt64] = [:]
    private var actors: [UInt32: (name: String, records: UInt64)] = [:]
    private var others: UInt64 = 0
    private var days: [String: UInt64] = [:]
    private var day: (text: String, range: Range<Int64>, records: UInt64)?
    private var busiest: [UInt64: UInt64] = [:]
    private let dayText: (LogTimestamp) -> String

    /// Actors that are counted one by one; those who come after them are counted together.
    private static let maximumActors = 10_000
    /// Users of whom it is known that they are the busiest.
    package static let busiestUsers = 10

    /// - Parameter dayText: names the day of a time.
    package init(dayText: @escaping (LogTimestamp) -> String) {
        self.dayText = dayText
    }

    /// Takes in a record. Its payload is only read when its actor's tag has not been seen before.
    package mutating func take(_ header: RecordHeader, _ payload: () throws(LogError) -> [UInt8]) throws(LogError) {
        records += 1
        if let operation = Operation(rawValue: header.kind) { operations[operation, default: 0] += 1 }
        countDay(header.time)
        countUser(header)
        if actors[header.actorTag] != nil {
            actors[header.actorTag]?.records += 1
        } else if actors.count < Self.maximumActors {
            let event = try ProfileEvent(payload: try payload(), of: header.lsn)
            actors[header.actorTag] = (event.context.actor, 1)
        } else {
            others += 1
        }
    }

    package var byOperation: [Count] {
        Operation.allCases.map { Count(key: $0.name, records: operations[$0] ?? 0) }
    }

    /// The actors, the most frequent first. Two whose names have one tag, which happens to one pair in four billion,
    /// count as the first of them.
    package var byActor: [Count] {
        let known = actors.values.map { Count(key: $0.name, records: $0.records) }.sorted(by: Self.isBefore)
        return others == 0 ? known : known + [Count(key: "(others)", records: others)]
    }

    /// The days that have records, in order.
    package var byDay: [Count] {
        var days = days
        if let day { days[day.text, default: 0] += day.records }
        return days.map { Count(key: $0.key, records: $0.value) }.sorted { $0.key < $1.key }
    }

    /// The users with the most records, which is what a version counts.
    package var byUser: [Count] {
        busiest.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
            .map { Count(key: String($0.key), records: $0.value) }
    }

    private static func isBefore(_ left: Count, _ right: Count) -> Bool {
        left.records != right.records ? left.records > right.records : left.key < right.key
    }

    /// Records of one day follow each other, so most times need no calendar.
    private mutating func countDay(_ time: LogTimestamp) {
        if let day, day.range.contains(time.microseconds) {
            self.day?.records += 1
            return
        }
        if let day { days[day.text, default: 0] += day.records }
        // A quarter of an hour: no time zone changes its day within one.
        let quarter: Int64 = 900_000_000
        let start = (time.microseconds / quarter - (time.microseconds < 0 ? 1 : 0)) * quarter
        day = (dayText(time), start..<start + quarter, 1)
    }

    /// Keeps the users with the highest versions.
    private mutating func countUser(_ header: RecordHeader) {
        if busiest.count < Self.busiestUsers || busiest[header.subject] != nil {
            busiest[header.subject] = header.version
            return
        }
        guard header.version > leastBusy else { return }
        // Of two equal ones the later user goes.
        let least = busiest.min { $0.value != $1.value ? $0.value < $1.value : $0.key > $1.key }
        guard let least, header.version > least.value else {
            leastBusy = least?.value ?? 0
            return
        }
        busiest[least.key] = nil
        busiest[header.subject] = header.version
    }

    /// No more records than this, and a user is not among the busiest.
    private var leastBusy: UInt64 = 0
}
