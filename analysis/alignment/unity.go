package alignment

// Unity is how far the members of a bloc stay with its majority where another
// bloc's majority stands on the other side (after the party unity scores of the
// Congressional Quarterly). A bloc vote is a roll call in which most of the yes
// and no votes of the one are yes and of the other no; ties, and roll calls in
// which a bloc has neither, are not.
type Unity struct {
	BlocVotes int
	Texts     int
	// Members[i] is for the i-th member: votes it cast in bloc votes while a
	// member, and how many of them were with its bloc's majority. An abstention
	// is a vote that is not.
	Members []MemberUnity
	// Mean is the mean of the members' shares, those without a vote left out;
	// its interval is from drawing texts.
	Mean Estimate
	Thin bool // fewer than [Thin] texts
}

// MemberUnity is one member's part.
type MemberUnity struct {
	Cast, With int
	Share      Estimate // With/Cast; the interval is Wilson's
}

// Against measures the unity of bloc a against bloc b: a[i][m] is the vote of
// member m of a in roll call i, any number but the three ballots where it has
// none or is no member. All rows of a bloc have the same length.
func Against(a, b [][]int8, texts []int, o Options) Unity {
	if len(a) != len(b) || texts != nil && len(texts) != len(a) {
		panic("alignment: lists of different length")
	}
	var u Unity
	if len(a) > 0 {
		u.Members = make([]MemberUnity, len(a[0]))
	}
	byText := map[int]int{}
	var blocks [][]MemberUnity // per text, per member
	for i := range a {
		side, other := Count(a[i]).Majority(), Count(b[i]).Majority()
		if side < 0 || other < 0 || side == other {
			continue
		}
		u.BlocVotes++
		text := i
		if texts != nil {
			text = texts[i]
		}
		at, ok := byText[text]
		if !ok {
			at = len(blocks)
			byText[text] = at
			blocks = append(blocks, make([]MemberUnity, len(u.Members)))
		}
		for m, v := range a[i] {
			if !vote(v) {
				continue
			}
			for _, x := range []*MemberUnity{&u.Members[m], &blocks[at][m]} {
				x.Cast++
				if v == side {
					x.With++
				}
			}
		}
	}
	u.Texts, u.Thin = len(blocks), len(blocks) < Thin
	for m := range u.Members {
		if x := &u.Members[m]; x.Cast > 0 {
			x.Share = Estimate{Defined: true, Value: float64(x.With) / float64(x.Cast)}
			if o.Draws > 0 {
				x.Share.Interval = Wilson(x.With, x.Cast)
			}
		}
	}
	u.Mean.Value, u.Mean.Defined = meanShare(u.Members)
	if !u.Mean.Defined || o.Draws <= 0 {
		return u
	}
	rng := source(o.Seed, len(blocks))
	var draws []float64
	one := make([]MemberUnity, len(u.Members))
	for range o.Draws {
		clear(one)
		for range blocks {
			for m, x := range blocks[rng.IntN(len(blocks))] {
				one[m].Cast += x.Cast
				one[m].With += x.With
			}
		}
		if v, ok := meanShare(one); ok {
			draws = append(draws, v)
		}
	}
	if u.Mean.Interval = percentiles(draws); u.Mean.Hi-u.Mean.Lo < 1e-12 {
		u.Mean.Interval = wilson(u.Mean.Value, float64(len(blocks)))
	}
	return u
}

func meanShare(members []MemberUnity) (float64, bool) {
	total, n := 0.0, 0
	for _, m := range members {
		if m.Cast > 0 {
			total += float64(m.With) / float64(m.Cast)
			n++
		}
	}
	if n == 0 {
		return 0, false
	}
	return total / float64(n), true
}
