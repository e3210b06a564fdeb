/// The text that both sides of the compression know beforehand, so that a short JSON still deflates well.
///
/// A dictionary never changes once it is released: its id stands in every segment header, and old segments are read
/// with the dictionary they were written with. To improve it, add a new one with the next id.
enum PresetDictionary {
    /// The id of the dictionary that new segments are written with.
    static let currentID: UInt32 = 1

    /// The dictionary with the id `id`, if this version knows it.
    static func bytes(id: UInt32) -> [UInt8]? {
        id == 1 ? first : nil
    }

    /// The dictionary with the id `id`.
    ///
    /// - Throws: ``LogError/Code/unsupportedFormat`` if this version does not know it.
    static func known(_ id: UInt32) throws(LogError) -> [UInt8] {
        if let bytes = bytes(id: id) { return bytes }
        throw LogError(
            .unsupportedFormat,
            "the segment was written with compression dictionary \(id), which this version does not know",
            advice: "Use a newer version of the program"
        )
    }

    /// Fragments of typical profile changes, the likeliest last: deflate codes short distances with fewer bits.
    private static let first: [UInt8] = Array(
        """
        "description":"notes":"preferences":{"notifications":{"sms":false,"push":true,"email":true},"newsletter":false,\
        "theme":"dark","theme":"light","avatar_url":"https://www.","website":"https://","birth_date":"19","date_of_birth":"19\
        ","start_date":"202","company":"organization":"manager_id":"employee_id":"cost_center":"currency":"EUR","USD",\
        "state":"street":"address":{"postal_code":"zip":"status":"inactive","status":"suspended","gender":"last_name":"\
        first_name":"display_name":"username":"tags":["vip","beta","premium","plan":"enterprise","plan":"pro","plan":"free",\
        "score":"level":"groups":["roles":["admin","user"],"role":"viewer","role":"editor","role":"member","verified":true,\
        "active":false,"enabled":true,"consent":{"marketing":false,"analytics":"terms_accepted":null,"age":\
        "title":"Senior Product Manager","Software Engineer","Director","Consultant","Analyst","team":"Operations","Finance",\
        "Marketing","Legal","Research","Support","Sales","Human Resources","department":"Engineering","timezone":"Europe/Berlin\
        ","America/New_York","Asia/Tokyo","UTC","locale":"de-DE","fr-FR","es-ES","ja-JP","pt-BR","en-GB","locale":"en-US",\
        "language":"de","language":"en","country":"France","country":"Germany","United Kingdom","United States","country":"US\
        ","country":"DE","phone":"+44 20 ","phone":"+1 555 ","phone":"+49 30 ","city":"San Francisco","New York","London\
        ","Tokyo","Paris","city":"Berlin","active":true,"plan":"basic","reason":"imported from HR system","reason":"\
        requested by the user","reason":"correction","reason":"GDPR request","reason":"address change","reason":"\
        name change","reason":"support ticket #","restored_from":1}"restored_from":2},"source_ip":"::1","source_ip":"192.168.\
        ","source_ip":"10.0.0.","source_ip":"172.16.0.1","email":"info@","name":"Dr. Müller","name":"Maria \
        ","name":"John Smith","@outlook.com","@yahoo.com","@gmail.com","attributes":{}}@example.org","attributes":{"\
        {"actor":"editor","{"actor":"service","reason":"","request_id":"{"actor":"admin","reason":"{"actor":"admin","request_id":"\
        ","source_ip":"127.0.0.1","name":"","email":"@example.com","attributes":{"city":"
        """.utf8
    )
}
