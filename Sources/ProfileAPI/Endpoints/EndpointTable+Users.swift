import HTTPTypes
import UserProfiles

extension EndpointTable {
    static let users: [Endpoint] = [createUser, listUsers, getUser, replaceUser, patchUser, deleteUser]

    private static let createUser = Endpoint(
        method: .post,
        path: PathTemplate("/users"),
        operation: "createUser",
        access: .profileWriters,
        summary: "Create a user",
        parameters: [changeReason, requestID],
        body: Endpoint.Body(schema: .profile, example: OpenAPIExamples.newProfile),
        successes: [
            Endpoint.Success(
                status: .created,
                summary: "The user was created.",
                schema: .changeAnswer,
                headers: ["Location", "ETag"],
                example: OpenAPIExamples.creation
            )
        ],
        problems: [.emailTaken] + changeProblems,
        handler: .withStore(UserHandlers.create)
    )

    private static let listUsers = Endpoint(
        method: .get,
        path: PathTemplate("/users"),
        operation: "listUsers",
        access: .profileReaders,
        summary: "List users",
        description: "Pages are linked by `next`. With `at`, the directory as it was at that instant.",
        parameters: [
            limit(fallback: 50), after,
            .query(
                "q",
                .text(maximumCharacters: 255),
                "A part of name or email, without regard to case and to accents of Latin and Greek letters.",
                example: "ada"
            ),
            .query(
                "email",
                .text(maximumCharacters: 254),
                "The whole email, without regard to case.",
                example: "ada.lovelace@example.com"
            ),
            .query(
                "deleted",
                .oneOf(["false", "true", "all"], fallback: "false"),
                "Live users, deleted ones, or both."
            ),
            .query(
                "updated_since",
                .time(.since),
                "Only users changed at or after this instant; a date is the start of that day in UTC.",
                example: "2026-11-22T10:00:00Z"
            ),
            .query(
                "sort",
                .oneOf(UserSort.allCases.map(\.rawValue), fallback: "id"),
                "The order. Names and emails are compared without case, code point by code point: Z comes before Ä."
            ),
            at,
        ],
        successes: [.ok("A page of users.", .userList, headers: ["Link"], example: OpenAPIExamples.userList)],
        problems: [.invalidCursor],
        handler: .withStore(UserHandlers.list)
    )

    private static let getUser = Endpoint(
        method: .get,
        path: PathTemplate("/users/{id}"),
        operation: "getUser",
        access: .profileReaders,
        summary: "Read a user, now or in the past",
        description: "A deleted user is 404; its past can still be read with `version` or `at`.",
        parameters: [
            userID,
            .query("version", .identifier, "This version of the user.", example: "1"),
            at,
            .header("If-None-Match", "Answer 304 when the user still has this version.", example: "\"3\""),
        ],
        successes: [
            .ok("The user.", .userAnswer, headers: ["ETag"], example: ["user": OpenAPIExamples.user(), "lsn": 1]),
            Endpoint.Success(status: .notModified, summary: "Not changed.", types: [], headers: ["ETag"]),
        ],
        problems: [.notFound, .deleted, .versionNotFound, .notYetBorn],
        handler: .withStore(UserHandlers.get)
    )

    private static let replaceUser = Endpoint(
        method: .put,
        path: PathTemplate("/users/{id}"),
        operation: "replaceUser",
        access: .profileWriters,
        summary: "Replace a user's profile",
        parameters: [userID, ifMatch, changeReason, requestID],
        body: Endpoint.Body(schema: .profile, example: OpenAPIExamples.profile),
        successes: [.ok("The user was updated.", .changeAnswer, headers: ["ETag"], example: OpenAPIExamples.update)],
        problems: [.notFound, .deleted, .emailTaken, .preconditionFailed] + changeProblems,
        handler: .withStore(UserHandlers.replace)
    )

    private static let patchUser = Endpoint(
        method: .patch,
        path: PathTemplate("/users/{id}"),
        operation: "patchUser",
        access: .profileWriters,
        summary: "Change parts of a user's profile (JSON merge patch)",
        parameters: [userID, ifMatch, changeReason, requestID],
        body: Endpoint.Body(schema: .profilePatch, types: [.mergePatch, .json], example: OpenAPIExamples.patch),
        successes: [.ok("The user was updated.", .changeAnswer, headers: ["ETag"], example: OpenAPIExamples.update)],
        problems: [.notFound, .deleted, .emailTaken, .preconditionFailed] + changeProblems,
        handler: .withStore(UserHandlers.patch)
    )

    private static let deleteUser = Endpoint(
        method: .delete,
        path: PathTemplate("/users/{id}"),
        operation: "deleteUser",
        access: .profileWriters,
        summary: "Delete a user",
        description: "Nothing is lost: the user keeps its history and can be restored. Its email becomes free.",
        parameters: [userID, ifMatch, changeReason, requestID],
        successes: [.ok("The user was deleted.", .changeAnswer, headers: ["ETag"], example: OpenAPIExamples.deletion)],
        problems: [.notFound, .deleted, .preconditionFailed] + changeProblems,
        handler: .withStore(UserHandlers.delete)
    )
}
