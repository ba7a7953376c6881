// Written in the direct style: reading the response waits for it, and an answer that is not 2xx throws a typed error.
(function (input) {
  const units = input.units || 'metric';
  const base = input.base_url || 'https://api.openweathermap.org/data/2.5/weather';
  const url = `${base}?q=${encodeURIComponent(input.city)}&units=${units}&appid=your-api-key-here`;

  try {
    const data = fetch(url).body;
    if (!data || !data.main || !data.weather || !data.weather[0] || !data.sys) {
      throw new DataError('Invalid response format from weather API');
    }
    return {
      location: `${data.name}, ${data.sys.country}`,
      temperature: data.main.temp,
      units: units === 'metric' ? 'C' : 'F',
      description: data.weather[0].description,
      humidity: data.main.humidity,
    };
  } catch (error) {
    // A typed error says what happened better than we could.
    if (error.name !== 'Error' && error.name.endsWith('Error')) throw error;
    throw new NetworkError(`Failed to fetch weather data: ${error.message}`);
  }
});
