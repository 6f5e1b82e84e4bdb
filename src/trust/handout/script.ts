/**
 * The page's script, for browsers of the last ten years. It opens the steps of this device, and asks the site's HTTPS every two seconds
 * while the page is visible. Port and texts come from data attributes.
 *
 * A failed request has no reason that a script may know. So it asks the same port without TLS: if that answers, only trust is
 * missing; if not, the port is blocked.
 */
export const script = `
(function(){
var box=document.getElementById('check'),port=box.dataset.port,host=location.hostname;
var agent=navigator.userAgent,touchMac=/Mac/.test(agent)&&navigator.maxTouchPoints>1;
var phone=/iPhone|iPad|iPod/.test(agent)||touchMac?'ios':/Android/.test(agent)?'android':'';
var device=phone||(/Firefox/.test(agent)&&!/Windows|Mac/.test(agent)?'firefox':/Windows/.test(agent)?'windows':/Mac/.test(agent)?'macos':/Linux|CrOS|X11/.test(agent)?'linux':'');
var mine=document.querySelector('details[data-device="'+device+'"]');
if(mine){mine.open=true;mine.querySelector('.tag').hidden=false;mine.parentNode.insertBefore(mine,mine.parentNode.firstElementChild)}
document.querySelectorAll('code').forEach(function(code){code.textContent=code.textContent.split(box.dataset.origin).join(location.origin)});
var secure='https://'+host+(port==='443'?'':':'+port);
box.querySelector('.button').href=secure+'/';
function show(state){
if(box.dataset.state===state)return;
box.dataset.state=state;
box.querySelector('.title').textContent=box.dataset[state];
box.querySelector('.text').textContent=box.dataset[state+'Text']||'';
}
function ask(url){
var aborter=new AbortController(),timer=setTimeout(function(){aborter.abort()},5000);
return fetch(url,{cache:'no-store',credentials:'omit',signal:aborter.signal}).then(function(answer){return answer.ok},function(){return false}).then(function(ok){clearTimeout(timer);return ok});
}
var failures=0,busy=false;
function look(){
if(busy||document.visibilityState==='hidden')return;
busy=true;
ask(secure+'/everyhop/check').then(function(trusted){
if(trusted){failures=0;return show('trusted')}
if(location.protocol==='https:')return show('waiting');
return ask('http://'+host+':'+port+'/everyhop/check').then(function(open){
failures=open?0:failures+1;
if(open)show('waiting');else if(failures>1)show('blocked');
});
}).then(function(){busy=false});
}
show('looking');
look();
setInterval(look,2000);
document.addEventListener('visibilitychange',look);
})();
`;
