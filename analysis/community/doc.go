// Package community finds camps in a weighted network and says how sure they
// are: communities by the Leiden method, their stability over seeds and
// resolutions, how far they follow known blocs, and how polarised the network
// is. It works on plain arrays; every random choice comes from a seed given by
// the caller, and the same input gives the same bytes.
package community
