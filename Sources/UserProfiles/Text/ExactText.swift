/// A text compared scalar by scalar, unlike `String`, which takes composed and decomposed forms for equal.
struct ExactText: Hashable, Sendable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (left: ExactText, right: ExactText) -> Bool {
        equal(left.text, right.text)
    }

    func hash(into hasher: inout Hasher) {
        var copy = text
        copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }

    static func equal(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        // Over the bytes of both, since the views' own comparison decodes each byte's place.
        var (left, right) = (left, right)
        return left.withUTF8 { left in right.withUTF8 { right in left.elementsEqual(right) } }
    }

    static func equal(_ left: String?, _ right: String?) -> Bool {
        switch (left, right) {
        case (nil, nil): true
        case (let left?, let right?): equal(left, right)
        default: false
        }
    }
}
