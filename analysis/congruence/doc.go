// Package congruence turns coded events (an actor, a concept, a qualifier, a
// date, a document) into discourse networks: who says the same as whom, and on
// what. It works on plain arrays, so votes, statements, acts or an event list
// of somebody else's study go in alike.
//
// The measures are those of discourse network analysis (Leifeld 2017, Discourse
// Network Analysis, in The Oxford Handbook of Political Networks, DOI
// 10.1093/oxfordhb/9780190228217.013.25). Let x[i,j,k] be the number of events
// of actor i on concept j at level k of the qualifier, n[i] their sum over j
// and k, q[k] the value of level k and D the width of the scale. For i != i':
//
//	ignore      sum_j (sum_k x[i,j,k]) (sum_k x[i',j,k])
//	congruence  sum_j sum_k sum_l x[i,j,k] x[i',j,l] (1 - |q[k]-q[l]| / D)
//	conflict    sum_j sum_k sum_l x[i,j,k] x[i',j,l] |q[k]-q[l]| / D
//	subtract    congruence - conflict
//
// On a nominal scale |q[k]-q[l]|/D is 0 for equal and 1 for unequal categories.
// An actor that is silent on a concept adds nothing, to no measure: silence is
// neither agreement nor conflict. The diagonal is zero.
//
// What else there is: normalisations ([Norm]), duplicate rules ([Duplicates]),
// date windows and kernels ([Windows]), an interval on every edge ([Bootstrap])
// and the events behind an edge ([Network.Evidence]). Nothing is hidden: a
// setting that is not allowed is an error, events left out are counted, the
// same input gives the same bytes.
package congruence
