// Package idealpoint places voters on a line from their recorded votes: one
// point per state and session, from yes, abstain and no.
//
// The model is the ordinal, dynamic, bridged probit of Bailey, Strezhnev and
// Voeten (2017), "Estimating Dynamic State Preferences from United Nations
// Voting Data", Journal of Conflict Resolution 61(2): 430-456. For state i in
// session t and item j (a roll call, or several roll calls on the same text)
//
//	z = b_j x_it + e, e ~ N(0,1)
//	P(yes)     = Phi(g1_j - b_j x_it)
//	P(abstain) = Phi(g2_j - b_j x_it) - Phi(g1_j - b_j x_it)
//	P(no)      = 1 - Phi(g2_j - b_j x_it)
//
// with b_j ~ N(0,1), cutpoints flat on -7 < g1 < g2 < 7, and x_it near the
// same state's point in its latest earlier session, with variance
// v_it = s n_it/(n_it + n_i,t-1), where n counts votes and s is 0.5. Absence is
// not in the data: it is neither a vote nor an abstention.
//
// The estimate is the resting point of the EM for this model (Imai, Lo and
// Olmsted 2016, American Political Science Review 110(4): 631-656, for the
// variational bound; Johnson and Albert 1999, Ordinal Data Modeling, for the
// latent z). Each half step is Newton's with the observed information, where EM
// uses the information of the complete data: the resting point is the same, to
// eight decimals in the tests, and is reached in a fraction of the sweeps. Sweeps
// are combined by Anderson's method (Walker and Ni 2011, SIAM J. Numerical
// Analysis 49(4): 1715-1735).
//
// Points have no zero or unit of their own. In each sweep they are clipped to
// [-5, 5] and standardised to mean 0 and standard deviation 1 over all
// state-sessions, which has a side effect that Target explains; the sign comes
// from the anchors. With Options.Binary the model is the dynamic binary one of
// Imai, Lo and Olmsted, on the same standardised scale.
//
// Prepare applies the published rules of what is scaled; Fit estimates; formulas,
// limits and measured figures are in docs/methods/ideal-points.md.
//
// The same Data and Options give the same bytes for any number of workers on
// one kind of processor. Another processor may fuse a product and a sum, which
// moves the last digits, far below the six decimals that are worth printing.
//
// One dimension only. A second dimension is not offered.
package idealpoint
