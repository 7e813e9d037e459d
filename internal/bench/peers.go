package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"entente/analysis/idealpoint"
	"entente/internal/archive"
)

// peerSession is the session on which free programs for the same job are run:
// one session, since they do not scale further in the time of a benchmark.
const peerSession = 73

// peerCode fits a static binary model to a matrix of votes with the two R
// packages that are free and installable as packages of Debian.
const peerCode = `
args <- commandArgs(trailingOnly = TRUE)
votes <- as.matrix(read.csv(args[1], row.names = 1))
have <- function(p) suppressWarnings(suppressMessages(requireNamespace(p, quietly = TRUE)))
if (args[2] == "MCMCpack" && have("MCMCpack")) {
  t <- system.time(suppressMessages(MCMCpack::MCMCirt1d(votes, burnin = 1000, mcmc = 9000, thin = 10, seed = 1, verbose = 0)))
} else if (args[2] == "pscl" && have("pscl")) {
  r <- pscl::rollcall(votes, yea = 1, nay = 0, missing = NA, legis.names = rownames(votes))
  t <- system.time(invisible(capture.output(pscl::ideal(r, maxiter = 10000, burnin = 1000, thin = 10, normalize = TRUE))))
} else {
  quit(status = 3)
}
cat(t[["user.self"]] + t[["sys.self"]])
`

// peers runs what is installed on one session, beside our own binary model.
func peers(a *archive.Archive) error {
	var calls []int
	for i := range a.Calls {
		if a.Calls[i].Session == peerSession {
			calls = append(calls, i)
		}
	}
	v := a.Arrays(calls, archive.Rules{Published: true})
	d := &idealpoint.Data{States: v.States, Sessions: v.Sessions}
	for _, id := range v.Items {
		d.Items = append(d.Items, idealpoint.Item{ID: id})
	}
	for i := range v.State {
		d.Votes = append(d.Votes, idealpoint.Vote{State: v.State[i], Session: v.Session[i], Item: v.Item[i], Y: v.Answer[i]})
	}
	own, err := measure(func() error { _, err := idealpoint.Fit(d, idealpoint.Options{}); return err })
	if err != nil {
		return err
	}
	r, err := exec.LookPath("Rscript")
	if err != nil {
		fmt.Printf("session %d with joint intervals: %.2f CPU s; SKIPPED the R packages beside it: Rscript not found (apt-get install r-cran-pscl r-cran-mcmcpack)\n", peerSession, own.cpu)
		return nil
	}
	tmp, err := os.MkdirTemp("", "entente-peers-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	file, script := filepath.Join(tmp, "votes.csv"), filepath.Join(tmp, "peer.R")
	if err := writeMatrix(file, v); err != nil {
		return err
	}
	if err := os.WriteFile(script, []byte(peerCode), 0o600); err != nil {
		return err
	}
	for _, pkg := range []string{"pscl", "MCMCpack"} {
		out, err := exec.Command(r, script, file, pkg).Output()
		var alt used
		if _, bad := fmt.Sscan(string(out), &alt.cpu); err != nil || bad != nil {
			fmt.Printf("SKIPPED the R package %s: not installed, or it failed (apt-get install r-cran-pscl r-cran-mcmcpack)\n", pkg)
			continue
		}
		aim(fmt.Sprintf("session %d, ordinal with joint intervals", peerSession), own, "R "+pkg+", binary, 10,000 draws", alt)
	}
	return nil
}

// writeMatrix writes states by roll calls: 1 yes, 0 no, NA else.
func writeMatrix(file string, v *archive.Arrays) error {
	cells := make([][]string, len(v.States))
	for i, s := range v.States {
		cells[i] = make([]string, len(v.Items)+1)
		cells[i][0] = s
		for j := range v.Items {
			cells[i][j+1] = "NA"
		}
	}
	for i := range v.State {
		switch v.Answer[i] {
		case 1:
			cells[v.State[i]][v.Item[i]+1] = "1"
		case 3:
			cells[v.State[i]][v.Item[i]+1] = "0"
		}
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	header := []string{"state"}
	for j := range v.Items {
		header = append(header, fmt.Sprintf("v%d", j))
	}
	err = w.Write(header)
	if err == nil {
		err = w.WriteAll(cells)
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}
