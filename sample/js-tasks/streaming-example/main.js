(async function (input, context) {
  const steps = input.steps || 5;
  const delay = input.delay || 1000;
  const failingStep = input.simulate_error ? Math.floor(steps / 2) : 0;
  const startedAt = Date.now();
  const results = [];

  for (let step = 1; step <= steps; step++) {
    if (step === failingStep) throw new Error(`Simulated error at step ${step}`);
    await new Promise((resolve) => setTimeout(resolve, delay));

    const result = { step, timestamp: new Date().toISOString(), data: `Result of step ${step}`, value: step * step };
    results.push(result);
    report({ progress: step / steps, step: `step-${step}`, message: `Step ${step} of ${steps} is done`, data: result });
  }

  const sum = results.reduce((total, { value }) => total + value, 0);
  return {
    success: true,
    steps_completed: results.length,
    total_processing_time: Date.now() - startedAt,
    results,
    summary: {
      total_steps: steps,
      successful_steps: results.length,
      average_value: sum / results.length,
      first_result: results[0],
      last_result: results[results.length - 1],
    },
    metadata: {
      task_completed_at: new Date().toISOString(),
      execution_context: context ? context.executionId || 'unknown' : 'no-context',
    },
  };

  function report(update) {
    const stamped = { ...update, timestamp: new Date().toISOString() };
    if (typeof reportProgress === 'function') reportProgress(stamped);
    else console.log(stamped.message);
  }
});
