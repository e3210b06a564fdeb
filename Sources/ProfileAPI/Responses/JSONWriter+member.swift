import UserProfiles

/// Members of an object, each with its value; nil is written as null.
extension JSONWriter {
    mutating func member(_ name: StaticString, _ text: String?) {
        key(name)
        if let text { string(text) } else { null() }
    }

    mutating func member<Number: FixedWidthInteger>(_ name: StaticString, _ number: Number?) {
        key(name)
        if let number { self.number(number) } else { null() }
    }

    mutating func member(_ name: StaticString, _ value: Bool) {
        key(name)
        bool(value)
    }

    mutating func member(_ name: StaticString, _ texts: [String]) {
        key(name)
        beginArray()
        for text in texts { string(text) }
        endArray()
    }
}
