import HTTPTransport
import HTTPTypes
import UserProfiles

extension Problem {
    /// The problem as a response.
    ///
    /// - Parameter instance: the request's path, without its query, which may hold personal data.
    func response(instance: String?, requestID: String) -> Response {
        var json = JSONWriter()
        json.beginObject()
        json.key("type")
        json.string(kind.type)
        json.key("title")
        json.string(kind.title)
        json.key("status")
        json.number(kind.status.code)
        json.key("detail")
        json.string(detail)
        if let instance {
            json.key("instance")
            json.string(instance)
        }
        json.key("request_id")
        json.string(requestID)
        writeFields(to: &json)
        for extra in extras {
            json.key(extra.name)
            switch extra.value {
            case .number(let value): json.number(value)
            case .text(let value): json.string(value)
            }
        }
        json.endObject()
        return Response(kind.status, .problem, json.bytes, fields: headers)
    }

    private func writeFields(to json: inout JSONWriter) {
        guard !fields.isEmpty else { return }
        json.key("errors")
        json.beginArray()
        for field in fields {
            json.beginObject()
            json.key("field")
            json.string(field.name)
            json.key("message")
            json.string(field.message)
            json.endObject()
        }
        json.endArray()
    }
}
