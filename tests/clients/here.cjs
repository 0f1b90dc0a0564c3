// Be the name server: every name is this machine (KEY.localhost does not resolve elsewhere).
const dns = require('node:dns')
const lookUp = dns.lookup
dns.lookup = (name, options, then) => lookUp('127.0.0.1', options, then)

exports.key = process.env.WINNOW_KEY
exports.blog = process.env.WINNOW_BLOG
exports.port = Number(process.env.WINNOW_PORT)
exports.client = name => require(`${process.env.CLIENTS}/${name}`)
exports.path = name => `${process.env.CLIENTS}/${name}`
exports.ok = (what, is = true) => {
  if (!is) throw new Error(`not ok: ${what}`)
  console.log(`ok ${what}`)
}
