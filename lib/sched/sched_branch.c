/* SPDX-License-Identifier: Apache-2.0 */
/* Branches and what differs between plans.  Opening, dropping and committing only change which slot a branch shows. */
#include "sched/sched_internal.h"

c12_status c12_sched_branch(c12_sched *self, int32_t from, int32_t *branch, c12_error *err)
{
    c12_status s = c12__sched_take_branch(self, from, err);
    if (s) return s;
    if (!branch) return c12__fail(err, C12_E_ARG, "argument is NULL", "branch", -1, 0);
    for (int32_t b = 1; b <= self->dims.branches; b++) {
        if (self->live.of[b] >= 0) continue;
        self->live.of[b] = self->live.of[from];
        self->live.slot[self->live.of[b]].refs++;
        *branch = b;
        return C12_OK;
    }
    return c12__fail(err, C12_E_SPACE, "all branches are open: drop or commit one", "branches", -1, self->dims.branches + (int64_t)1);
}

/* An open branch that is not the trunk. */
static c12_status branch_take(const c12_sched *self, int32_t branch, c12_error *err)
{
    c12_status s = c12__sched_take_branch(self, branch, err);
    if (!s && !branch) return c12__fail(err, C12_E_RANGE, "the trunk is no branch", "branch", -1, 0);
    return s;
}

static void branch_close(c12_sched *self, int32_t branch)
{
    self->live.slot[self->live.of[branch]].refs--;
    self->live.of[branch] = -1;
}

c12_status c12_sched_drop(c12_sched *self, int32_t branch, c12_error *err)
{
    c12_status s = branch_take(self, branch, err);
    if (!s) branch_close(self, branch);
    return s;
}

c12_status c12_sched_commit(c12_sched *self, int32_t branch, c12_error *err)
{
    c12_status s = branch_take(self, branch, err);
    if (s) return s;
    self->live.slot[self->live.of[0]].refs--;
    self->live.of[0] = self->live.of[branch];
    self->live.slot[self->live.of[0]].refs++;
    branch_close(self, branch);
    return C12_OK;
}

c12_status c12_sched_view(c12_sched *self, int32_t branch, c12_sched_problem *problem, c12_error *err)
{
    c12_sched_problem known;
    c12_status s = c12__sched_take_branch(self, branch, err);
    if (!s) s = c12__take(&known, sizeof known, problem, "problem", err);
    if (s) return s;
    known = self->live.slot[self->live.of[branch]].p;
    c12__give(problem, &known, sizeof known);
    return C12_OK;
}

c12_status c12_sched_get(c12_sched *self, int32_t branch, c12_sched_plan *plan, c12_info *info, c12_error *err)
{
    c12_sched_plan p;
    c12_info i = C12_INIT(c12_info);
    c12_status s = c12__sched_take_branch(self, branch, err);
    if (!s) s = c12__take(&p, sizeof p, plan, "plan", err);
    if (s) return s;
    const c12__sched_slot *it = &self->live.slot[self->live.of[branch]];
    size_t n = (size_t)c12__sched_ops(&it->p);
    if (n && (!p.op_start || !p.op_end || !p.op_mode))
        return c12__fail(err, C12_E_ARG, "column is NULL", !p.op_start ? "op_start" : !p.op_end ? "op_end" : "op_mode", -1, 0);
    if (it->planned && n) {
        memcpy(p.op_start, it->start, n * sizeof *p.op_start);
        memcpy(p.op_end, it->end, n * sizeof *p.op_end);
        memcpy(p.op_mode, it->mode, n * sizeof *p.op_mode);
    }
    i.outcome = it->planned ? C12_FEASIBLE : C12_UNKNOWN;
    i.objective = it->planned ? it->objective : 0;
    c12__give(info, &i, sizeof i);
    return C12_OK;
}

/* ---- differences --------------------------------------------------------------------------------------------------------- */

c12_status c12__sched_take_diff(c12_sched_diff *diff, const c12_sched_diff *from, c12_error *err)
{
    c12_status s = c12__take_optional(diff, sizeof *diff, from, "diff", err);
    if (s || !from) return s;
    c12__faults f = { err, C12_OK, 0 };
    const struct { const char *name; const void *column; int64_t cap; } row[] = {
        { "op", diff->op, diff->cap }, { "start_before", diff->start_before, diff->cap }, { "start_after", diff->start_after, diff->cap }, { "mode_before", diff->mode_before, diff->cap },
        { "mode_after", diff->mode_after, diff->cap }, { "job", diff->job, diff->jobs_cap }, { "end_before", diff->end_before, diff->jobs_cap }, { "end_after", diff->end_after, diff->jobs_cap },
    };
    if (diff->cap < 0) c12__fault(&f, C12_E_ARG, "capacity is negative", "cap", -1, diff->cap);
    if (diff->jobs_cap < 0) c12__fault(&f, C12_E_ARG, "capacity is negative", "jobs_cap", -1, diff->jobs_cap);
    for (size_t k = 0; k < sizeof row / sizeof *row; k++)
        if (row[k].cap > 0 && !row[k].column) c12__fault(&f, C12_E_ARG, "column is NULL", row[k].name, -1, 0);
    return f.status;
}

static int branch_has(const c12__sched_slot *s, int64_t ops, int64_t o) { return s->planned && o < ops && !(s->p.op_gone && s->p.op_gone[o]); }

static void branch_diff_op(c12_sched_diff *d, int64_t o, const int64_t *start, const int32_t *mode)
{
    if (start[0] == start[1] && mode[0] == mode[1]) return;
    if (d->count < d->cap) {
        d->op[d->count] = o;
        d->start_before[d->count] = start[0];
        d->start_after[d->count] = start[1];
        d->mode_before[d->count] = mode[0];
        d->mode_after[d->count] = mode[1];
    }
    d->count++;
}

/* When a job completes, -1 when nothing of it is to be done. */
static int64_t branch_completion(const c12__sched_slot *s, int32_t j)
{
    int64_t ops = c12__sched_ops(&s->p);
    if (j >= s->p.n_jobs) return -1;
    for (int64_t o = s->p.op_off[j + 1] - 1; o >= s->p.op_off[j]; o--)
        if (branch_has(s, ops, o)) return s->end[o];
    return -1;
}

void c12__sched_no_diff(c12_sched_diff *diff, const c12__sched_slot *s)
{
    if (!diff) return;
    diff->count = diff->jobs_count = 0;
    diff->objective_before = diff->objective_after = s->objective;
}

void c12__sched_tell_diff(const c12__sched_slot *a, const c12__sched_slot *b, c12_sched_diff *diff)
{
    int64_t na = c12__sched_ops(&a->p), nb = c12__sched_ops(&b->p), n = na > nb ? na : nb;
    int32_t jobs = a->p.n_jobs > b->p.n_jobs ? a->p.n_jobs : b->p.n_jobs;
    c12__sched_no_diff(diff, b);
    diff->objective_before = a->planned ? a->objective : 0;
    if (a == b) return;
    for (int64_t o = 0; o < n; o++) {
        int in_a = branch_has(a, na, o), in_b = branch_has(b, nb, o);
        int64_t start[] = { in_a ? a->start[o] : -1, in_b ? b->start[o] : -1 };
        int32_t mode[] = { in_a ? a->mode[o] : -1, in_b ? b->mode[o] : -1 };
        branch_diff_op(diff, o, start, mode);
    }
    for (int32_t j = 0; j < jobs; j++) {
        int64_t before = branch_completion(a, j), after = branch_completion(b, j);
        if (before == after) continue;
        if (diff->jobs_count < diff->jobs_cap) {
            diff->job[diff->jobs_count] = j;
            diff->end_before[diff->jobs_count] = before;
            diff->end_after[diff->jobs_count] = after;
        }
        diff->jobs_count++;
    }
}

c12_status c12_sched_diff_branches(c12_sched *self, int32_t a, int32_t b, c12_sched_diff *diff, c12_error *err)
{
    c12_sched_diff known;
    c12_status s = c12__sched_take_branch(self, a, err);
    if (!s) s = c12__sched_take_branch(self, b, err);
    if (!s && !diff) s = c12__fail(err, C12_E_ARG, "argument is NULL", "diff", -1, 0);
    if (!s) s = c12__sched_take_diff(&known, diff, err);
    if (s) return s;
    const c12__sched_slot *left = &self->live.slot[self->live.of[a]], *right = &self->live.slot[self->live.of[b]];
    if (!left->planned || !right->planned) return c12__fail(err, C12_E_STATE, "the branch has no plan: solve or adopt one first", "branch", -1, left->planned ? b : a);
    c12__sched_tell_diff(left, right, &known);
    c12__give(diff, &known, sizeof known);
    return C12_OK;
}
