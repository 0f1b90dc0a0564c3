// Loaded before Waline: be the name server and the port of rest.akismet.com, and nothing else.
const { Agent } = require('node:http')

const connect = Agent.prototype.createConnection
Agent.prototype.createConnection = function (options, ...rest) {
  const isOurs = /(^|\.)rest\.akismet\.com$/.test(options.host)
  const here = { host: '127.0.0.1', port: Number(process.env.WINNOW_PORT) }
  return connect.call(this, isOurs ? { ...options, ...here } : options, ...rest)
}
