"""Maillage, read from the ground up; from `catalogue` on, in the order in which money flows.

core            money, months, transactions: no word of the business
audit           who changed what, in a chain that cannot be edited
web             problems on the wire, pages, the guards of the three audiences
partners        organisations and the parts they play
ledger          accounts, entries, postings; past lines never change
identity        people, sessions, API keys
payments        the only package that talks to Stripe
onboarding      what an organisation has to show and to sign before it is paid
programmes      which level of which programme a partner holds, and what it gives
network         wholesalers and the resellers below them
checklists      what members of programmes do step by step, and the office confirms
kits            what partners sell with: documents by version, and who had them
catalogue       listings with a price
deals           who brings a customer: registered deals, leads given to partners
relations       who manages a customer: itself, a colleague, or the partner that brought it
sales           one sale shared between operator (30 %) and partner (70 %)
charges         what is used of the infrastructure: priced, credited, owed
receipts        what partners paid of what they owe
startups        a young company grows on one account, from its first credit to an editor
orders          a listing bought through hosted checkout
awards          what the operator owes by a rule: rebates, shares of suppliers
funds           co-marketing: asked for, approved, claimed with proof, reimbursed
settlement      at a month's end, one statement per partner and currency
dues            what partners owe by them: paid online, asked for, recorded by two people
scorecards      what levels ask for, measured; what follows happens in programmes
payouts         statements paid through Stripe, exactly once
reports         read-only views over all the others
stripe_sandbox  a small Stripe for laptops and tests; knows no other package
app worker cli  put everything together
"""

import os

# Piccolo finds its engine by this name.
os.environ.setdefault("PICCOLO_CONF", "backend.piccolo_conf")
