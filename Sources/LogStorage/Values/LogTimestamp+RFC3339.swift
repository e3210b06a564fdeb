extension LogTimestamp {
    /// Why a text is not a usable RFC 3339 date-time.
    public enum ParseError: Error, Hashable, Sendable, CustomStringConvertible {
        /// The text has not the form `2026-11-22T10:00:00.000000Z`.
        case malformed
        /// Date and time are there, but no `Z` and no `±hh:mm` behind them.
        case offsetMissing
        /// The form is right, the date is not (for example the 30th of February).
        case noSuchInstant

        public var description: String {
            switch self {
            case .malformed: "not an RFC 3339 time such as 2026-11-22T10:00:00.000000Z"
            case .offsetMissing: "a time needs its offset: Z or, for example, +01:00"
            case .noSuchInstant: "no such date or time of day"
            }
        }
    }

    /// The instant as RFC 3339 in UTC with six decimals, for example `2026-11-22T10:00:00.000000Z`.
    public var rfc3339: String {
        var seconds = microseconds / 1_000_000
        var fraction = microseconds % 1_000_000
        if fraction < 0 {
            fraction += 1_000_000
            seconds -= 1
        }
        var day = seconds / 86_400
        var second = seconds % 86_400
        if second < 0 {
            second += 86_400
            day -= 1
        }
        let date = CivilDate(daysSince1970: day)
        return String(unsafeUninitializedCapacity: 32) { buffer in
            var count = 0
            func put(_ byte: UInt8) {
                buffer[count] = byte
                count += 1
            }
            func put(_ value: Int64, digits: Int) {
                var divisor: Int64 = 1
                for _ in 1..<digits { divisor *= 10 }
                for _ in 0..<digits {
                    put(UInt8(truncatingIfNeeded: 0x30 + (value / divisor) % 10))
                    divisor /= 10
                }
            }
            put(date.year, digits: 4)
            put(UInt8(ascii: "-"))
            put(date.month, digits: 2)
            put(UInt8(ascii: "-"))
            put(date.day, digits: 2)
            put(UInt8(ascii: "T"))
            put(second / 3_600, digits: 2)
            put(UInt8(ascii: ":"))
            put(second / 60 % 60, digits: 2)
            put(UInt8(ascii: ":"))
            put(second % 60, digits: 2)
            put(UInt8(ascii: "."))
            put(fraction, digits: 6)
            put(UInt8(ascii: "Z"))
            return count
        }
    }

    /// Reads an RFC 3339 date-time with an offset. Digits beyond microseconds are cut off; a leap second (`:60`)
    /// is taken as the first instant of the next minute.
    ///
    /// - Throws: ``ParseError``.
    public init(rfc3339 text: String) throws(ParseError) {
        var reader = DigitReader(bytes: Array(text.utf8))
        let year = try reader.number(4)
        try reader.expect("-")
        let month = try reader.number(2)
        try reader.expect("-")
        let day = try reader.number(2)
        try reader.expect("Tt ")
        let hour = try reader.number(2)
        try reader.expect(":")
        let minute = try reader.number(2)
        try reader.expect(":")
        let second = try reader.number(2)
        let fraction = try reader.fractionInMicroseconds()
        let offset = try reader.offsetInSeconds()
        guard reader.isAtEnd else { throw .malformed }
        guard hour < 24, minute < 60, second <= 60 else { throw .noSuchInstant }
        let midnight = try Self.midnight(year, month, day)
        let seconds = hour * 3_600 + minute * 60 + second - offset
        self.init(microseconds: midnight + seconds * 1_000_000 + fraction)
    }

    /// Reads a date such as `2026-11-22` (RFC 3339, `full-date`) as the start of that day in UTC.
    ///
    /// - Throws: ``ParseError``.
    public init(startOfDay text: String) throws(ParseError) {
        var reader = DigitReader(bytes: Array(text.utf8))
        let year = try reader.number(4)
        try reader.expect("-")
        let month = try reader.number(2)
        try reader.expect("-")
        let day = try reader.number(2)
        guard reader.isAtEnd else { throw .malformed }
        self.init(microseconds: try Self.midnight(year, month, day))
    }

    public static let microsecondsPerDay: Int64 = 86_400_000_000

    private static func midnight(_ year: Int64, _ month: Int64, _ day: Int64) throws(ParseError) -> Int64 {
        guard (1...12).contains(month), day >= 1, day <= CivilDate.days(inMonth: month, ofYear: year) else {
            throw .noSuchInstant
        }
        return CivilDate(year: year, month: month, day: day).daysSince1970 * microsecondsPerDay
    }
}

/// Reads fixed-width decimal fields from a short text.
private struct DigitReader {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func number(_ digits: Int) throws(LogTimestamp.ParseError) -> Int64 {
        guard bytes.count - position >= digits else { throw .malformed }
        var value: Int64 = 0
        for _ in 0..<digits {
            value = value * 10 + (try digit())
        }
        return value
    }

    mutating func expect(_ oneOf: StaticString) throws(LogTimestamp.ParseError) {
        guard position < bytes.count else { throw .malformed }
        let found = oneOf.withUTF8Buffer { $0.contains(bytes[position]) }
        guard found else { throw .malformed }
        position += 1
    }

    mutating func fractionInMicroseconds() throws(LogTimestamp.ParseError) -> Int64 {
        guard position < bytes.count, bytes[position] == UInt8(ascii: ".") else { return 0 }
        position += 1
        var value: Int64 = 0
        var digits = 0
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            let next = try digit()
            if digits < 6 { value = value * 10 + next }
            digits += 1
        }
        guard (1...18).contains(digits) else { throw .malformed }
        while digits < 6 {
            value *= 10
            digits += 1
        }
        return value
    }

    mutating func offsetInSeconds() throws(LogTimestamp.ParseError) -> Int64 {
        guard position < bytes.count else { throw .offsetMissing }
        let sign = bytes[position]
        position += 1
        if sign == UInt8(ascii: "Z") || sign == UInt8(ascii: "z") { return 0 }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { throw .malformed }
        let hours = try number(2)
        try expect(":")
        let minutes = try number(2)
        guard hours < 24, minutes < 60 else { throw .noSuchInstant }
        let seconds = hours * 3_600 + minutes * 60
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }

    private mutating func digit() throws(LogTimestamp.ParseError) -> Int64 {
        let byte = bytes[position]
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { throw .malformed }
        position += 1
        return Int64(byte - UInt8(ascii: "0"))
    }
}
