package idealpoint

import "fmt"

// connected reports whether states and shared items tie all votes together. A
// part that shares neither a state nor an item with the rest has a zero, a unit
// and a sign of its own, and no method can compare it with the rest.
func (m *model) connected(d *Data) error {
	root := make([]int32, len(m.states)+len(m.items))
	for i := range root {
		root[i] = int32(i)
	}
	find := func(i int32) int32 {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	base := int32(len(m.states))
	for q, s := range m.state {
		for _, j := range m.ssItem[m.ssOff[3*q]:m.ssOff[3*q+3]] {
			if a, b := find(s), find(base+j); a != b {
				root[max(a, b)] = min(a, b)
			}
		}
	}
	size, parts := map[int32]int{}, 0
	other := -1
	for s := range m.states {
		r := find(int32(s))
		if size[r] == 0 {
			parts++
			if r != find(0) && other < 0 {
				other = s
			}
		}
		size[r]++
	}
	if parts == 1 {
		return nil
	}
	return fmt.Errorf("idealpoint: the votes fall into %d parts that no state and no shared text ties together "+
		"(%s with %d states, %s with %d states): their points cannot be compared; scale each part alone, or add a bridge",
		parts, d.States[m.states[0]], size[find(0)], d.States[m.states[other]], size[find(int32(other))])
}
