// Package partner keeps what the operators of a node have set (its partners,
// communities, collections and embargoes, each change as a version) and the
// credentials of partners, in the store; and it makes the keys and certificates
// of a node.
package partner
