/// A cursor over JSON text, which must outlive it.
struct JSONReader {
    /// Where reading stopped, and why.
    struct Failure: Error {
        let offset: Int
        let message: String
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private let limits: JSONLimits
    private var position = 0
    private var depth = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits = JSONLimits()) {
        self.bytes = bytes
        self.limits = limits
    }

    /// The only value of the text.
    mutating func document() throws(Failure) -> JSONValue {
        skipSpace()
        let result = try value()
        skipSpace()
        guard position == bytes.count else { throw failure("nothing may follow the value") }
        return result
    }

    /// The value that starts here.
    mutating func value() throws(Failure) -> JSONValue {
        guard let first = peek else { throw failure("a value is missing") }
        switch first {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        case UInt8(ascii: "t"):
            try word("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        default: throw failure("no JSON value starts so")
        }
    }

    private mutating func object() throws(Failure) -> JSONObject {
        try enter()
        defer { depth -= 1 }
        var members: [JSONObject.Member] = []
        var keys = JSONKeySet()
        if take(UInt8(ascii: "}")) { return JSONObject() }
        while true {
            let keyPosition = position
            guard peek == UInt8(ascii: "\"") else { throw failure("a member's name, in double quotes, is missing") }
            let key = try string()
            guard keys.insert(key, among: members) else {
                throw Failure(offset: keyPosition, message: "the member name occurs twice in its object")
            }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw failure("a colon is missing behind the member's name") }
            skipSpace()
            members.append(JSONObject.Member(key: key, value: try value()))
            skipSpace()
            if take(UInt8(ascii: "}")) { return JSONObject(uniqueMembers: members) }
            guard take(UInt8(ascii: ",")) else { throw failure("a comma or a closing brace is missing") }
            skipSpace()
        }
    }

    private mutating func array() throws(Failure) -> [JSONValue] {
        try enter()
        defer { depth -= 1 }
        var values: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return values }
        while true {
            values.append(try value())
            skipSpace()
            if take(UInt8(ascii: "]")) { return values }
            guard take(UInt8(ascii: ",")) else { throw failure("a comma or a closing bracket is missing") }
            skipSpace()
        }
    }

    private mutating func number() throws(Failure) -> JSONNumber {
        let length = JSONGrammar.numberLength(bytes, from: position)
        guard length > 0 else { throw failure("not a number as JSON writes it") }
        guard length <= limits.maximumNumberLength else {
            throw failure("the number is longer than \(limits.maximumNumberLength) characters")
        }
        let text = String(decoding: bytes[position..<position + length], as: UTF8.self)
        position += length
        return JSONNumber(validated: text)
    }

    /// The string that starts here.
    mutating func string() throws(Failure) -> String {
        let start = position + 1
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                position = index + 1
                return try text(start, index)
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start, to: index) }
            guard byte >= 0x20 else { throw control(at: index) }
            index += 1
        }
        throw unclosed()
    }

    private mutating func escapedString(from start: Int, to firstEscape: Int) throws(Failure) -> String {
        var collected: [UInt8] = Array(bytes[start..<firstEscape])
        try checkUTF8(start, firstEscape)
        position = firstEscape
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: collected, as: UTF8.self)
            case UInt8(ascii: "\\"):
                try escape(into: &collected)
            case 0..<0x20:
                throw control(at: position)
            default:
                let runStart = position
                position = JSONGrammar.endOfRun(bytes, from: position)
                try checkUTF8(runStart, position)
                collected.append(contentsOf: bytes[runStart..<position])
            }
        }
        throw unclosed()
    }

    private mutating func escape(into collected: inout [UInt8]) throws(Failure) {
        let start = position
        position += 1
        guard let letter = peek else { throw unclosed() }
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): collected.append(letter)
        case UInt8(ascii: "b"): collected.append(0x08)
        case UInt8(ascii: "f"): collected.append(0x0C)
        case UInt8(ascii: "n"): collected.append(0x0A)
        case UInt8(ascii: "r"): collected.append(0x0D)
        case UInt8(ascii: "t"): collected.append(0x09)
        case UInt8(ascii: "u"): collected.append(contentsOf: String(try escapedScalar(start: start)).utf8)
        default: throw Failure(offset: start, message: "JSON has no such escape")
        }
    }

    private mutating func escapedScalar(start: Int) throws(Failure) -> Character {
        let lone = Failure(offset: start, message: "a lone surrogate is not text")
        let first = try fourHexDigits(start: start)
        if let scalar = Unicode.Scalar(first) { return Character(scalar) }
        guard first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw lone }
        let second = try fourHexDigits(start: start)
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00))
        else { throw lone }
        return Character(scalar)
    }

    private mutating func fourHexDigits(start: Int) throws(Failure) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = JSONGrammar.hexValue(byte) else {
                throw Failure(offset: start, message: "\\u needs four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private func text(_ start: Int, _ end: Int) throws(Failure) -> String {
        // Checked by hand first: the library's validating initializer takes two to four times as long.
        try checkUTF8(start, end)
        return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
    }

    private func checkUTF8(_ start: Int, _ end: Int) throws(Failure) {
        if let offset = JSONGrammar.firstInvalidUTF8(bytes, from: start, to: end) {
            throw Failure(offset: offset, message: "not valid UTF-8")
        }
    }

    private mutating func enter() throws(Failure) {
        let maximum = min(limits.maximumDepth, JSONLimits.deepest)
        guard depth < maximum else { throw failure("nested deeper than \(maximum) levels") }
        depth += 1
        position += 1
        skipSpace()
    }

    private mutating func word(_ text: StaticString) throws(Failure) {
        let start = position
        let matches = text.withUTF8Buffer { expected in
            start + expected.count <= bytes.count
                && expected.elementsEqual(UnsafeBufferPointer(rebasing: bytes[start..<start + expected.count]))
        }
        guard matches else { throw failure("no JSON value starts so") }
        position += text.utf8CodeUnitCount
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    /// Steps over the `{` that is expected here; false when it is closed at once.
    mutating func beginRawObject() throws(Failure) -> Bool {
        guard take(UInt8(ascii: "{")) else { throw failure("an object is missing") }
        return !take(UInt8(ascii: "}"))
    }

    /// The name of the member that starts here, in minified text.
    mutating func rawKey() throws(Failure) -> String {
        guard peek == UInt8(ascii: "\"") else { throw failure("a member's name is missing") }
        let key = try string()
        guard take(UInt8(ascii: ":")) else { throw failure("a colon is missing") }
        return key
    }

    /// Whether another member follows, in minified text.
    mutating func continuesRawObject() throws(Failure) -> Bool {
        if take(UInt8(ascii: ",")) { return true }
        guard take(UInt8(ascii: "}")), position == bytes.count else { throw failure("the object does not end here") }
        return false
    }

    /// The bytes of the value that starts here, found without a look at more than brackets and quotes.
    mutating func rawValue() throws(Failure) -> UnsafeBufferPointer<UInt8> {
        let start = position
        var open = 0
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                try skipString()
                if open == 0 { return slice(start) }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): open += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if open == 0 { return slice(start) }
                open -= 1
                if open == 0 {
                    position += 1
                    return slice(start)
                }
            case UInt8(ascii: ",") where open == 0: return slice(start)
            default: break
            }
            position += 1
        }
        throw failure("the value is not closed")
    }

    private mutating func skipString() throws(Failure) {
        position += 1
        while let byte = peek {
            position += 1
            if byte == UInt8(ascii: "\"") { return }
            if byte == UInt8(ascii: "\\") { position += 1 }
        }
        throw unclosed()
    }

    private func slice(_ start: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[start..<position])
    }

    private var peek: UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private func failure(_ message: String) -> Failure {
        Failure(offset: position, message: message)
    }

    private func control(at offset: Int) -> Failure {
        Failure(offset: offset, message: "a control character in a string must be escaped")
    }

    private func unclosed() -> Failure {
        Failure(offset: bytes.count, message: "the string is not closed")
    }
}
