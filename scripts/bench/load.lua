-- What wrk sends, and what it reports: PIPELINED [METHOD FILE]

local requests

function init(args)
  local depth = tonumber(args[1] or "1")
  if args[2] then
    local file = assert(io.open(args[3], "rb"))
    wrk.method = args[2]
    wrk.body = file:read("*a")
    wrk.headers["Content-Type"] = "application/json"
    file:close()
  end
  local one = wrk.format()
  requests = string.rep(one, depth)
end

function request()
  return requests
end

function done(summary, latency)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write +
    summary.errors.timeout
  io.write(string.format(
    "\nREPORT %d %d %.0f %d %d %.1f %.1f\n",
    summary.requests, summary.duration, summary.bytes, failed, summary.errors.status,
    latency:percentile(50), latency:percentile(99)))
end
