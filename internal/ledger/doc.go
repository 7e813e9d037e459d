// Package ledger keeps the tamper-evident log of a node: an append-only Merkle
// tree (RFC 6962, sections 2.1 to 2.1.2) with a leaf for each published
// version, each release to a partner, each object received, each receipt and
// each withdrawal. A leaf is written in the transaction that writes what it
// records, so that neither is ever there without the other.
//
// The node signs the tree's size and root as a checkpoint (C2SP
// tlog-checkpoint, a signed note); partners cosign it with the time at which
// they saw it (C2SP tlog-cosignature, cosignature/v1) and sign receipts. The
// tree is exported as static tiles (C2SP tlog-tiles), and the package
// ledger/verify finds in such a folder, without a network and without trust in
// the node, what was altered, removed, back-dated or shown differently to two
// partners. docs/methods/ledger.md describes every format.
//
// Leaves hold no content. What is TLP:AMBER or stricter stands in them only as
// salted hashes, and so does every partner's name; the salts are kept beside
// the leaf, in its [Opening], and go only to whom they concern.
//
// The package knows no store: it runs its statements on a [Querier], the
// transaction of whoever calls it, over the tables of [SchemaSQLite] and
// [SchemaPostgres].
package ledger
