-- What wrk sends, and what it reports: PIPELINED alike|numbered [METHOD FILE]

local requests
local before, behind
local number = 0

function init(args)
  local depth = tonumber(args[1] or "1")
  if args[3] then
    local file = assert(io.open(args[4], "rb"))
    wrk.method = args[3]
    wrk.body = file:read("*a")
    wrk.headers["Content-Type"] = "application/json"
    file:close()
  end
  if args[2] == "numbered" then wrk.headers["X-Number"] = "NUMBER" end
  requests = string.rep(wrk.format(), depth)
  before, behind = requests:match("^(.*)NUMBER(.*)$")
end

function request()
  if not before then return requests end
  number = number + 1
  return before .. number .. behind
end

function done(summary, latency)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write +
    summary.errors.timeout
  io.write(string.format(
    "\nREPORT %d %d %.0f %d %d %.1f %.1f\n",
    summary.requests, summary.duration, summary.bytes, failed, summary.errors.status,
    latency:percentile(50), latency:percentile(99)))
end
