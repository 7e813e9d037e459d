// Package taxiitest holds a server of TAXII 2.1 to the standard and to what this
// project asks beyond it: [Run] puts a server under some hundred named checks over
// real connections. [Memory] is a backend that is too plain to be wrong; what a
// real one gives is compared with it.
package taxiitest
