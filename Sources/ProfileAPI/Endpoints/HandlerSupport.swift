import HTTPTypes
import UserProfiles

extension Call {
    /// The body of an endpoint that needs one; the responder has made sure that it is there.
    func requiredBody() throws(Problem) -> JSONValue {
        guard let body else { throw Problem(.invalidJSON, "This request needs a JSON body.") }
        return body
    }
}

extension User {
    /// The user's version as a strong entity tag.
    var entityTag: String { "\"\(version)\"" }
}

extension JSONWriter {
    /// Writes the rows of a page as the member `name`, and the member `next` that leads to the next page.
    mutating func page<Item>(_ name: StaticString, _ page: Page<Item>, _ write: (Item, inout JSONWriter) -> Void) {
        key(name)
        beginArray()
        for item in page.items { write(item, &self) }
        endArray()
        key("next")
        if let cursor = page.next { string(cursor) } else { null() }
    }
}

extension Answer {
    /// The answer with a `Link` to the next page, if there is one.
    func linked(to cursor: String?, _ call: Call) -> Answer {
        guard let cursor else { return self }
        var answer = self
        answer.headers[.link] = call.nextLink(cursor)
        return answer
    }
}
