/** Runs in the page: what moves by itself, or would. */
import { everything, named } from './everything.ts';

export function moving(): readonly string[] {
  return everything().flatMap(element => [undefined, '::before', '::after'].flatMap(pseudo => {
    const { transitionDuration, transitionDelay, animationName, animationDuration } = getComputedStyle(element, pseudo);
    const found = [
      ...(areNothing(transitionDuration) && areNothing(transitionDelay) ? [] : [`changes over ${transitionDuration}`]),
      ...(animationName === 'none' || areNothing(animationDuration) ? [] : [`plays ${animationName} for ${animationDuration}`]),
    ];
    return found.map(what => `${named(element)}${pseudo ?? ''} ${what}`);
  }).concat(element.getAnimations().map(({ playState }) => `${named(element)}: an animation is ${playState}`)));
}

function areNothing(times: string): boolean {
  return times.split(',').every(time => Number.parseFloat(time) === 0);
}
