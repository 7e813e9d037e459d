package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// ticks is the number of clock ticks in a second by which Linux counts.
const ticks = 100

// processSeconds is the processor time of a process and of its direct children so
// far, 0 where the system does not tell.
func processSeconds(pid int) float64 {
	total := 0.0
	files, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is right
	for _, name := range files {
		own, parent, used, ok := readStat(name)
		if ok && (own == pid || parent == pid) {
			total += used
		}
	}
	return total
}

// readStat reads one line of /proc/PID/stat: the process, its parent and its time,
// with that of its children that have ended.
func readStat(name string) (pid, parent int, seconds float64, ok bool) {
	b, err := os.ReadFile(name)
	if err != nil {
		return 0, 0, 0, false // ended meanwhile
	}
	head, rest, ok := strings.Cut(string(b), "(")
	at := strings.LastIndex(rest, ")")
	f := strings.Fields(rest[max(at+1, 0):])
	if !ok || at < 0 || len(f) < 15 {
		return 0, 0, 0, false
	}
	pid, _ = strconv.Atoi(strings.TrimSpace(head))
	parent, _ = strconv.Atoi(f[1])
	for _, s := range f[11:15] {
		n, _ := strconv.ParseFloat(s, 64)
		seconds += n / ticks
	}
	return pid, parent, seconds, true
}

// memory tells the resident set of a process, how much of it is pages of files
// that the system can take back at any time, and the largest that it ever was.
func memory(pid int) string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return "not told"
	}
	mb := map[string]float64{}
	for line := range strings.SplitSeq(string(b), "\n") {
		name, rest, _ := strings.Cut(line, ":")
		if f := strings.Fields(rest); len(f) == 2 && f[1] == "kB" {
			kb, _ := strconv.ParseFloat(f[0], 64)
			mb[name] = kb / 1e3
		}
	}
	return fmt.Sprintf("%.0f MB resident, %.0f of it pages of files; %.0f MB at the most", mb["VmRSS"], mb["RssFile"], mb["VmHWM"])
}
