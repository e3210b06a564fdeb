-- wrk: reads or changes random users. Arguments: METHOD (GET or PUT), USERS, AUTHORIZATION.
local method, users, authorization, seed

function init(arguments)
    method, users, authorization = arguments[1], tonumber(arguments[2]), arguments[3]
    math.randomseed(tonumber(arguments[4]) or 1)
end

local cities = { "Berlin", "Paris", "Tokyo", "London", "Lagos", "São Paulo" }
local departments = { "Engineering", "Sales", "Support", "Research" }

function request()
    local id = math.random(1, users)
    local headers = { ["Authorization"] = authorization }
    if method == "GET" then
        return wrk.format("GET", "/users/" .. id, headers)
    end
    headers["Content-Type"] = "application/json"
    local body = string.format(
        '{"name":"User %d","email":"person%d@example.com","attributes":{"city":"%s","department":"%s","phone":"+49 30 %07d"}}',
        id, id, cities[math.random(#cities)], departments[math.random(#departments)], math.random(0, 9999999)
    )
    return wrk.format("PUT", "/users/" .. id, headers, body)
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        "RESULT %d %d %d %d %d\n", summary.requests, summary.duration,
        latency:percentile(50), latency:percentile(99),
        errors.connect + errors.read + errors.write + errors.timeout + errors.status
    ))
end
